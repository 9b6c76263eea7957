import RunnerCore

/// What became of a job's results as a list of texts: whether it succeeded, then five for each
/// result. No text at all where its entry has neither results nor words of success.
enum StoredResults {
  private static let textsEach = 5

  static func texts(of accounting: JobAccounting.Record) -> [String] {
    guard accounting.hasSucceeded != nil || !accounting.results.isEmpty else { return [] }
    let success = accounting.hasSucceeded.map { $0 ? "1" : "0" } ?? ""
    return accounting.results.reduce(into: [success]) { texts, result in
      texts += [
        result.path, result.outcome.rawValue, result.bytes.map { String($0) } ?? "",
        result.partialPath ?? "", result.message,
      ]
    }
  }

  /// Whether the job succeeded, of the bytes that are stored; nil where its entry says nothing.
  static func success(_ bytes: [UInt8]) -> Bool? {
    guard let text = TextListCodec.decode(bytes)?.first, !text.isEmpty else { return nil }
    return text == "1"
  }

  /// - Returns: false for texts that were never written.
  static func read(_ texts: [String], into accounting: inout JobAccounting.Record) -> Bool {
    guard let success = texts.first else { return true }
    guard (texts.count - 1).isMultiple(of: textsEach), ["", "0", "1"].contains(success) else {
      return false
    }
    accounting.hasSucceeded = success.isEmpty ? nil : success == "1"
    for start in stride(from: 1, to: texts.count, by: textsEach) {
      guard let outcome = ResultRecord.Outcome(rawValue: texts[start + 1]) else { return false }
      var result = ResultRecord(path: texts[start], outcome, message: texts[start + 4])
      result.bytes = UInt64(texts[start + 2])
      result.partialPath = texts[start + 3].isEmpty ? nil : texts[start + 3]
      accounting.results.append(result)
    }
    return true
  }
}
