/// Where a launch stopped, in the words of the kernel and of the launcher.
package struct LaunchFailure: Error, Hashable, Sendable {
  /// The step of the launch, for instance `exec` or `work-folder`: `LaunchStep` of the sandbox has
  /// those of the launcher.
  package let step: String
  /// The kernel's error number, positive.
  package let errno: Int32
  /// Symbolic name of `errno`, for instance `ENOENT`.
  package let name: String
  /// One sentence for a person.
  package let message: String

  /// A failure of `step`, with the error number of the kernel and its name.
  package init(step: String, errno: Int32, name: String, message: String) {
    self.step = step
    self.errno = errno
    self.name = name
    self.message = message
  }
}
