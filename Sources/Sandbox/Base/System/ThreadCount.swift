internal import CLinux
internal import SystemBase

/// How many threads this process has, for the price of one fstat(2).
///
/// The folder /proc/self/task counts one link for each thread beside the two that every folder
/// has (fs/proc/base.c, proc_task_getattr).
package struct ThreadCount: ~Copyable {
  private let tasks: Descriptor

  /// Opens the folder of this process.
  ///
  /// - Throws: `SystemCallFailure` where there is no /proc.
  package init() throws(SystemCallFailure) {
    self.tasks = try File.open("/proc/self/task", LINUX_OPEN_FOLDER)
  }

  /// The number of threads now, at least 1.
  ///
  /// - Throws: `SystemCallFailure` of fstat(2).
  package func current() throws(SystemCallFailure) -> Int {
    var status = linux_file_status()
    // SAFETY: fstat(2) writes one linux_file_status, which is a local variable.
    let answer = unsafe linux_fstat(tasks.fd, &status)
    try checked("fstat", "/proc/self/task", answer)
    return Int(status.links) - 2
  }
}
