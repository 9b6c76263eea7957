/// The files that go with one launch.
package struct LaunchFiles: Sendable {
  /// The job whose files they are.
  package let id: JobID
  /// Which ones are kept after its end.
  package let rules: FileRules
  /// Exit codes after which they are kept.
  package let successCodes: Set<UInt8>

  /// The files of job `id`, by `rules`.
  package init(id: JobID, rules: FileRules, successCodes: Set<UInt8> = [0]) {
    self.id = id
    self.rules = rules
    self.successCodes = successCodes
  }
}
