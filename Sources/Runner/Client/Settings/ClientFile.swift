import FileBase

/// Files that the client reads: its configuration and its token.
enum ClientFile {
  /// The content of a regular file; nil where there is none of that name.
  ///
  /// - Throws: `ClientFailure` (configuration) where it cannot be read, is longer than `bytesMax`,
  ///   or breaks `rule`; the text says what to type.
  static func read(
    _ path: String, _ rule: RegularFile.Rule, bytesMax: Int
  ) throws(ClientFailure) -> [UInt8]? {
    do throws(RegularFileFailure) {
      let bytes = try RegularFile.read(path, rule, bytesMax: bytesMax).bytes
      guard bytes.count > bytesMax else { return bytes }
    } catch {
      let remedy: String? =
        switch error {
        case .absent: nil
        case .foreign: ". It must be yours, or root's"
        case .notSecret: ", and it holds a token. Type: chmod 600 \(path)"
        case .writable: ". Type: chmod go-w \(path)"
        case .call, .notRegular: ""
        }
      guard let remedy else { return nil }
      throw ClientFailure(.configuration, "\(path) \(error.text)\(remedy).")
    }
    throw ClientFailure(.configuration, "\(path) has more than \(bytesMax) bytes.")
  }
}
