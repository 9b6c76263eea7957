/// The files that go with one launch.
package struct LaunchFiles: Sendable {
  /// The job whose files they are.
  package let id: JobID
  /// Which ones are kept after its end.
  package let rules: FileRules

  /// The files of job `id`, by `rules`.
  package init(id: JobID, rules: FileRules) {
    self.id = id
    self.rules = rules
  }
}
