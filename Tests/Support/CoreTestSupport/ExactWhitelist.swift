package import RunnerCore

/// A whitelist of exact strings, with any arguments and no demands.
package struct ExactWhitelist: EntryResolver {
  private let entries: [String: Int]

  /// A whitelist of `commands`. The index of an entry is the position of the first equal command.
  package init(_ commands: [String]) {
    entries = Dictionary(
      commands.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    guard let entry = entries[request.command] else { throw .notWhitelisted }
    return entry
  }
}
