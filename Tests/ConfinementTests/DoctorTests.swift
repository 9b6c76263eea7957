import Glibc
import TestSupport
import Testing

/// `doctor` on this kernel as it is, and with parts of it taken away: the right verdict each time.
/// The plain run is the twin of all others: what it finds is there when nothing is taken away.
struct DoctorTests {
  private struct Diagnosis {
    let ending: Child.Ending
    let document: JSONValue
    let text: String

    var verdict: String? { document["verdict"]?.string }

    func state(_ layer: String) -> String? {
      let rows = document["entries"]?.array?.first?["layers"]?.array ?? []
      return rows.first { $0["layer"]?.string == layer }?["state"]?.string
    }

    /// Layers that are in the way.
    var refused: [String] {
      let rows = document["entries"]?.array?.first?["refusals"]?.array ?? []
      return rows.compactMap { $0["layer"]?.string }
    }

    var advice: String {
      (document["advice"]?.array ?? []).compactMap { $0["text"]?.string }
        .joined(separator: "\n")
    }
  }

  /// Runs `doctor --json` behind `before`, a command that executes what follows it.
  private static func diagnose(
    behind before: [String] = [], _ options: [String] = [], doctor: String? = nil
  ) throws -> Diagnosis {
    let command = before + [try doctor ?? Binaries.runner(), "doctor", "--json"] + options
    let run = try CommandRun(command[0], Array(command.dropFirst()))
    return Diagnosis(
      ending: run.ending, document: try JSONValue(run.stdout), text: run.stdout + run.stderr)
  }

  private static let unprivileged = [
    "/usr/bin/setpriv", "--reuid", "\(Probe.nobody)", "--regid", "\(Probe.nobody)",
    "--clear-groups",
  ]
  private static let container = [
    "/usr/bin/unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork",
  ]

  /// A copy that everybody may execute, wherever the build folder is.
  private static func publicDoctor(in folder: RootFolder) throws -> String {
    let path = folder("http-runner")
    _ = try CommandRun("/bin/cp", [Binaries.runner(), path], seconds: 60)
    try Files.setMode(0o755, of: path)
    return path
  }

  @Test func `as root the default policy can be honoured, with every layer but the controllers`()
    throws
  {
    let found = try Self.diagnose()
    #expect(found.ending == .exited(0), "\(found.text)")
    #expect(found.verdict == "honoured" && found.refused.isEmpty)
    for layer in ["pid-namespace", "mount-namespace", "identity", "landlock-files", "seccomp"] {
      #expect(found.state(layer) == "enforced", "\(layer): \(found.text)")
    }
  }

  @Test func `with Landlock masked it is missing, and its remedy is told`() throws {
    let found = try Self.diagnose(behind: [Probe.path(), "masked", "landlock"])
    #expect(found.ending == .exited(0), "\(found.text)")
    #expect(found.document["host"]?["landlockABI"]?.integer == 0)
    #expect(found.state("landlock-files") == "missing")
    #expect(found.state("landlock-scopes") == "stand-in")
    #expect(found.advice.contains("lsm="), "\(found.advice)")
  }

  @Test func `with seccomp masked nothing can be honoured`() throws {
    let found = try Self.diagnose(behind: [Probe.path(), "masked", "seccomp"])
    #expect(found.ending == .exited(78), "\(found.text)")
    #expect(found.verdict == "refused" && found.refused == ["seccomp"])
    #expect(found.state("seccomp") == "missing")
  }

  @Test func `without cgroup v2 stand-ins hold and the policy can be honoured`() throws {
    let found = try Self.diagnose(behind: [
      "/usr/bin/unshare", "--mount", "/bin/sh", "-c", "umount -a -t cgroup2 && exec \"$@\"", "sh",
    ])
    #expect(found.ending == .exited(0), "\(found.text)")
    #expect(found.state("cgroup") == "stand-in" && found.state("cgroup-limits") == "stand-in")
    #expect(found.advice.contains("mount cgroup v2"))
  }

  @Test func `an unprivileged user cannot judge for root, and is told so`() throws {
    let folder = try RootFolder()
    let found = try Self.diagnose(
      behind: Self.unprivileged, doctor: Self.publicDoctor(in: folder))
    #expect(found.ending == .exited(77), "\(found.text)")
    #expect(found.verdict == "unknown")
    #expect(found.document["host"]?["isPrivileged"] == .bool(false))
  }

  @Test func `for an unprivileged start, user namespaces give what the kernel grants`() throws {
    let folder = try RootFolder()
    let found = try Self.diagnose(
      behind: Self.unprivileged, ["--same-user"], doctor: Self.publicDoctor(in: folder))
    #expect(found.ending == .exited(0), "\(found.text)")
    #expect(found.state("identity") == "stand-in")
    for layer in ["pid-namespace", "mount-namespace", "network-namespace", "seccomp"] {
      #expect(found.state(layer) == "enforced", "\(layer): \(found.text)")
    }
    #expect(found.state("memfd") == "missing", "vm.memfd_noexec belongs to the host's root")
  }

  @Test func `root of a container that maps no other id is no root`() throws {
    let folder = try RootFolder()
    let found = try Self.diagnose(
      behind: Self.unprivileged + Self.container, doctor: Self.publicDoctor(in: folder))
    #expect(found.ending == .exited(78), "\(found.text)")
    #expect(found.refused.contains("identity") && found.refused.contains("groups"))
    #expect(found.advice.contains("--same-user"))
    #expect(found.state("pid-namespace") == "enforced", "it may still make namespaces")
  }

  @Test func `root without CAP_SYS_ADMIN is told apart from root`() throws {
    let found = try Self.diagnose(behind: [
      "/usr/bin/setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin",
    ])
    #expect(found.ending == .exited(78), "\(found.text)")
    let missing = found.document["host"]?["missingCapabilities"]?.array ?? []
    #expect(missing.compactMap(\.string) == ["CAP_SYS_ADMIN"])
    #expect(found.refused.contains("pid-namespace") && found.refused.contains("identity"))
    let same = try Self.diagnose(
      behind: ["/usr/bin/setpriv", "--bounding-set", "-sys_admin"], ["--same-user"])
    #expect(same.ending == .exited(0), "\(same.text)")
  }

  @Test func `where user namespaces are closed an unprivileged start is refused, with the switch`()
    throws
  {
    let script = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\""
    let found = try Self.diagnose(
      behind: Self.container + ["/bin/sh", "-c", script, "sh"], ["--same-user"])
    #expect(found.ending == .exited(78), "\(found.text)")
    #expect(found.advice.contains("max_user_namespaces"), "\(found.advice)")
    #expect(
      found.document["host"]?["inUserNamespace"]?["refusals"]?["user"]?.string?
        .contains("ENOSPC") == true)
  }

  @Test func `the text says the same as the JSON`() throws {
    let run = try CommandRun(Binaries.runner(), ["doctor"])
    #expect(run.ending == .exited(0))
    #expect(run.stdout.contains("Verdict: the policies can be honoured"))
    #expect(run.stdout.contains("  seccomp            enforced  profile standard"))
  }

  @Test func `a probe leaves no cgroup and no process behind`() throws {
    _ = try Self.diagnose()
    let find = ["/sys/fs/cgroup", "-name", "http-runner-*-probe"]
    let seen = try CommandRun("/usr/bin/find", find).stdout.split(separator: "\n")
    // Some may be those of services that start beside this test, and go with their probes.
    try waiting(until: "no cgroup of a probe to be left of \(seen)") {
      !seen.contains { Files.exists(String($0)) }
    }
  }

  /// The cgroup of this process, in which `doctor` tries one.
  private static func ownCgroup() throws -> String {
    let script = """
      mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
      printf %s "$mount$(sed -n 's/^0:://p' /proc/self/cgroup)"
      """
    return try CommandRun("/bin/sh", ["-c", script]).stdout
  }

  @Test func `the cgroup of a trial that was killed is removed by the next`() throws {
    let cgroup = try Self.ownCgroup()
    let abandoned = "\(cgroup)/http-runner-abandoned\(getpid())-probe"
    let running = "\(cgroup)/http-runner-running\(getpid())-probe"
    for path in [abandoned, running] { try Files.makeFolder(path) }
    defer { unsafe rmdir(running) }
    let lock = unsafe open(running, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    _ = try Self.diagnose()
    #expect(!Files.exists(abandoned))
    // The twin: that of a trial which still runs stays.
    #expect(Files.exists(running))
  }
}
