import TestSupport
import Testing

/// A program that nobody here wrote, from the system's packages, run as it is.
struct ForeignProgram: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The program, looked for in PATH, and its arguments.
  let words: [String]
  /// One of these is in what it prints when it is refused.
  let says: [String]
  /// What the twin runs instead, where the same words would change this machine.
  var outside: [String]?
  /// With which code the twin ends.
  var outsideCode: Int32 = 0

  static let all: [ForeignProgram] = [
    .init("unshare --user", says: [notPermitted], "unshare", "--user", "true"),
    .init("unshare --mount", says: [notPermitted], "unshare", "--mount", "true"),
    .init("unshare --net --ipc --uts --pid", says: [notPermitted])
      .words("unshare", "--net", "--ipc", "--uts", "--pid", "--fork", "true"),
    .init("nsenter", says: [notPermitted], "sh", "-c", "nsenter --target $$ --mount true"),
    .init("chroot", says: [notPermitted], "sh", "-c", "exec /usr/sbin/chroot / true"),
    .init("pivot_root", says: [notPermitted], "sh", "-c", "exec /usr/sbin/pivot_root . .")
      .outside(code: 1, "sh", "-c", "/usr/sbin/pivot_root . . 2>&1 | grep -q permitted"),
    .init("mount", says: ["must be superuser", "permission denied", "only root"])
      .words("mount", "-t", "tmpfs", "none", ".")
      .outside("unshare", "--mount", "mount", "-t", "tmpfs", "none", "."),
    .init("bubblewrap", says: ["No permissions to create", notPermitted, "set up"])
      .words("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"),
    .init(
      "su",
      says: [
        "Authentication", "Critical error", "must be run from a terminal", notPermitted, "cannot",
      ]
    )
    .words("su", "-c", "true"),
    .init("setpriv", says: [notPermitted])
      .words("setpriv", "--reuid", "0", "--regid", "0", "--clear-groups", "true"),
    .init("setcap", says: [notPermitted, "CAP_SETFCAP"])
      .words("sh", "-c", "touch file; exec /usr/sbin/setcap cap_chown+ep file"),
    .init("capsh", says: [""], "sh", "-c", "exec /usr/sbin/capsh --has-p=cap_chown"),
    .init("chown", says: [notPermitted], "sh", "-c", "touch file; chown 0:0 file")
      .outside("sh", "-c", "touch file; chown 65534:65534 file"),
    .init("chmod u+s", says: [notPermitted], "sh", "-c", "touch file; chmod u+s file"),
    .init("mknod", says: [notPermitted], "mknod", "device", "c", "1", "3"),
    .init("strace", says: [notPermitted], "strace", "-qq", "-e", "trace=none", "true"),
    .init("prlimit", says: [notPermitted], "prlimit", "--nofile=1048576:1048576", "true")
      .outside("prlimit", "--nofile=2000:2000", "true"),
    .init("chrt", says: [notPermitted], "chrt", "-f", "1", "true"),
    .init("ionice", says: [notPermitted], "ionice", "-c1", "true"),
    .init("renice", says: ["Permission denied", notPermitted])
      .words("sh", "-c", "renice -n -5 -p $$"),
    .init("setarch", says: [notPermitted], "setarch", "-R", "true"),
    .init("hostname", says: ["must be root", notPermitted, "not found"])
      .words("hostname", "another").outside("unshare", "--uts", "hostname", "another"),
    .init("sysctl", says: ["permission denied", "Permission denied", "Read-only"])
      .words("sh", "-c", "exec /usr/sbin/sysctl -w kernel.hostname=another")
      .outside("unshare", "--uts", "sysctl", "-w", "kernel.hostname=another"),
    .init("dmesg", says: [notPermitted, "No such file"], "dmesg", "--level", "emerg"),
    .init("truncate", says: [""], "truncate", "-s", "2T", "file"),
    .init("script", says: ["pseudo-terminal", "openpty"], "script", "-qec", "true", "/dev/null"),
    .init("python3 -m http.server", says: ["Address family not supported"])
      .words("python3", "-m", "http.server", "--bind", "127.0.0.1", "0")
      // Long enough that it would have ended by itself if it could not listen.
      .outside(
        code: 124, "timeout", "\(2 * slowness)", "python3", "-m", "http.server", "--bind",
        "127.0.0.1", "0"),
    .init("cat /etc/shadow", says: ["No such file", "Permission denied"], "cat", "/etc/shadow"),
    .stress("chroot"), .stress("mq"), .stress("sock"), .stress("userfaultfd"),
    .init("ps", says: [""], "sh", "-c", "test $(ps -e -o pid= | wc -l) -gt 8"),
  ]

  /// One class of stress-ng that cannot even begin.
  private static func stress(_ name: String) -> Self {
    Self(
      "stress-ng --\(name)",
      ["stress-ng", "--\(name)", "1", "--\(name)-ops", "2", "--timeout", "5"],
      ["stressor failed", "skipped", "No stress workers"], nil)
  }

  private static let notPermitted = "peration not permitted"

  init(_ name: String, says: [String], _ words: String...) {
    testDescription = name
    self.words = words
    self.says = says
  }

  private init(_ name: String, _ words: [String], _ says: [String], _ outside: [String]?) {
    testDescription = name
    self.words = words
    self.says = says
    self.outside = outside
  }

  private func words(_ words: String...) -> Self { Self(testDescription, words, says, outside) }

  private func outside(code: Int32 = 0, _ words: String...) -> Self {
    var copy = Self(testDescription, self.words, says, words)
    copy.outsideCode = code
    return copy
  }
}
