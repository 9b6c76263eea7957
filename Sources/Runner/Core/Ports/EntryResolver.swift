/// The port to the whitelist: which entry a request means, and whether it may be what it is.
package protocol EntryResolver: Sendable {
  /// The number of the entry.
  ///
  /// - Throws: `JobRefusal.notWhitelisted`, or `field` for arguments and demands that the entry's
  ///   policy does not allow.
  func entry(for request: JobRequest) throws(JobRefusal) -> Int
}

/// A whitelist of exact strings, with any arguments and no demands.
package struct ExactWhitelist: EntryResolver {
  private let entries: [String: Int]

  package init(_ commands: [String]) {
    entries = Dictionary(
      commands.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    guard let entry = entries[request.command] else { throw .notWhitelisted }
    return entry
  }
}
