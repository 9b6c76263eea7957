/// Devices that no policy may give to a job, and why.
package enum DeviceNames {
  private static let refused: [(names: [String], because: String)] = [
    (["mem", "kmem", "port", "kmsg", "mtd", "nvram"], "it reaches the kernel or its memory."),
    (
      ["console", "tty", "pts", "ptmx", "vcs", "uinput", "uhid", "input", "hidraw"],
      "it reaches the keyboard or the terminal of somebody else."
    ),
    (
      ["sd", "hd", "vd", "nvme", "mmcblk", "dm-", "md", "loop", "mapper", "block", "disk", "sr"],
      "it is a disk, past the permissions of every file on it. Use read or write."
    ),
    (["net", "vhost", "fuse", "autofs", "rfkill"], "it makes interfaces or mounts."),
    (["shm", "mqueue", "hugepages"], "it is a folder, and jobs have their own."),
  ]
  private static let standard = ["null", "zero", "full", "random", "urandom"]

  /// Why no policy may give a device to jobs: a sentence; nil where one may.
  ///
  /// - Parameter path: an absolute path beneath /dev.
  package static func refusal(of path: String) -> String? {
    let name = path.dropFirst("/dev/".count)
    if standard.contains(String(name)) { return "Every job has it. Take it out." }
    return refused.first { row in
      row.names.contains { prefix in
        guard name.hasPrefix(prefix) else { return false }
        // `sda` and `tty1`, but not `media0` or `portaudio`.
        let rest = name.dropFirst(prefix.count)
        let isDisk = prefix.count == 2 && rest.first.map { $0.isLetter || $0.isNumber } ?? true
        return rest.isEmpty || rest.first == "/" || rest.first?.isNumber == true || isDisk
          || prefix == "vhost" || prefix == "vcs" || prefix == "tty"
      }
    }?.because
  }
}
