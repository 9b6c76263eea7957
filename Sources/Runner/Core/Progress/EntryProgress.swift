package import RunnerProgress

/// How the progress of an entry's jobs is read.
package struct EntryProgress: Hashable, Sendable {
  /// The kind of its program.
  package let kind: ProgressKind
  /// Arguments that come before those of each request.
  package let firstArguments: [String]

  /// Progress of a kind; by default requests have all arguments.
  package init(_ kind: ProgressKind, firstArguments: [String] = []) {
    self.kind = kind
    self.firstArguments = firstArguments
  }
}
