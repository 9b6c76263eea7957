import RunnerCore

/// The files that are kept of a job, as one value of a column: name, length and digest of each.
enum JobFileCodec {
  private static let partCount = 3

  static func encode(_ files: [JobFile]) -> [UInt8] {
    TextListCodec.encode(files.flatMap { [$0.name.text, "\($0.byteCount)", $0.digestText] })
  }

  /// - Returns: nil for what `encode` does not make.
  static func decode(_ bytes: [UInt8]) -> [JobFile]? {
    guard let parts = TextListCodec.decode(bytes), parts.count.isMultiple(of: partCount)
    else { return nil }
    var files: [JobFile] = []
    for index in stride(from: 0, to: parts.count, by: partCount) {
      guard let count = Int(parts[index + 1]), let name = name(parts[index]),
        let file = JobFile(name: name, byteCount: count, digestText: parts[index + 2])
      else { return nil }
      files.append(file)
    }
    return files
  }

  private static func name(_ text: String) -> FileName? {
    do throws(FileName.ParseError) {
      return try FileName(Array(text.utf8))
    } catch {
      return nil
    }
  }
}

extension [JobFile] {
  /// Bytes of all of them together.
  var byteCount: Int { reduce(0) { $0 + $1.byteCount } }
}
