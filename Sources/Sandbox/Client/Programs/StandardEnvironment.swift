internal import SandboxBase

/// What every job finds around it, for tools that put a program in the same place.
package enum StandardEnvironment {
  /// The variables that a job has where policy adds none, as `NAME=value`.
  ///
  /// - Parameter workFolder: HOME and TMPDIR.
  package static func environment(workFolder: String) -> [String] {
    JobEnvironment.strings(workFolder: workFolder, EnvironmentRule())
  }
}
