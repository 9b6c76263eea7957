internal import CLinux
package import SandboxBase
internal import SystemBase

/// Paths of the programs of this package.
package enum ProgramPath {
  /// The program `name` in the folder that this one was started from.
  ///
  /// - Throws: `SystemCallFailure` when /proc/self/exe cannot be read.
  package static func beside(_ name: String) throws(SystemCallFailure) -> String {
    let link = try File.open("/proc/self/exe", LINUX_OPEN_PATH)
    let path = try File.linkTarget(link.fd)
    let folder = path.fields(separatedBy: "/").dropLast().joined(separator: "/")
    return "/\(folder)/\(name)"
  }
}
