import TestSupport
import Testing

extension Confinement {
  /// What a job sees of the host's files, and what it can do to them.
  @Suite struct FileReachTests {
    /// Of the host: homes, keys, state, and what describes the machine.
    static let secrets =
      [
        "/root", "/home", "/boot", "/run/lock", "/srv", "/mnt", "/media", "/var/log",
        "/var/cache/apt",
        "/var/spool", "/var/lib/dpkg", "/etc/shadow", "/etc/gshadow", "/etc/fstab", "/sys/kernel",
        "/dev/kmsg",
      ] + hostCgroups

    /// A hierarchy or a slice of the host's; the folder above it is there for the job's own cgroup.
    private static let hostCgroups: [String] = {
      let folder = "/sys/fs/cgroup"
      let names = Files.entries(of: folder) ?? []
      return names.map { "\(folder)/\($0)" }.sorted().first { Files.entries(of: $0) != nil }
        .map { [$0] } ?? []
    }()

    // Proves P-019, P-081.
    @Test(arguments: secrets)
    func `a job cannot read what is the host's`(_ path: String) throws {
      let found = try facts("read-paths", Self.secrets)[path]
      #expect(HostCanary.refusals.contains(found), "\(found ?? "nothing")")
    }

    // Twin of P-019, P-081.
    @Test(arguments: secrets)
    func `outside, root reads it`(_ path: String) throws {
      #expect(try bareFacts("read-paths", Self.secrets)[path] == "ok")
    }

    // Proves P-081.
    @Test func `a job finds neither the service's state nor what anybody else may read`() throws {
      let server = try server()
      let paths =
        try [
          server.process.workFolder, Binaries.runner(), HostCanary.file(), HostCanary.folder(),
        ] + server.process.instances()
      let inside = try server.probe("read-paths", paths)
      let outside = try Probe.bare("read-paths", paths)
      for path in paths {
        #expect(inside[path] == "ENOENT", "\(path)")
        #expect(outside[path] == "ok", "the twin: \(path)")
      }
    }

    static let hostPlaces = [
      "/", "/usr", "/usr/bin", "/usr/lib", "/usr/local/bin", "/etc", "/var", "/dev", "/etc/passwd",
      "/etc/group", "/usr/bin/ldd", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches",
    ]

    // Proves P-080.
    @Test(arguments: hostPlaces)
    func `a job cannot write to what is not its own`(_ path: String) throws {
      let found = try facts("write-paths", Self.hostPlaces)[path]
      #expect(HostCanary.refusals.contains(found), "\(found ?? "nothing")")
    }

    // Twin of P-080.
    @Test(arguments: hostPlaces)
    func `outside, root writes there`(_ path: String) throws {
      #expect(try bareFacts("write-paths", Self.hostPlaces)[path] == "ok")
    }

    static let ownPlaces = [".", "/tmp", "/var/tmp", "/dev/shm"]

    // Proves P-115.
    @Test(arguments: ownPlaces)
    func `a job has private places to write`(_ path: String) throws {
      #expect(try facts("write-paths", Self.ownPlaces)[path] == "ok")
    }

    static let otherNames = [
      "plain", "symbolic-read", "symbolic-write", "hard-link", "hard-link-of-system",
      "own-root-link", "init-root-link", "dots", "steps", "rename-over",
    ]

    // Proves P-082.
    @Test(arguments: otherNames)
    func `no other name leads a job to a host's file that anybody may write`(
      _ way: String
    ) throws {
      let found = try facts("links", [HostCanary.file()])[way]
      #expect(HostCanary.refusals.contains(found), "\(found ?? "nothing")")
    }

    // Twin of P-082.
    @Test(arguments: otherNames.filter { $0 != "init-root-link" })
    func `outside, that name leads there`(_ way: String) throws {
      let host = try RootFolder()
      try Files.write("of the host", to: host("canary"), mode: 0o666)
      #expect(try Probe.bare("links", [host("canary")])[way] == "ok")
    }

    static let ways = [
      "chroot", "user-namespace", "mount-tmpfs", "mount-proc", "bind-root", "remount-writable",
      "open-tree", "fsopen", "join-init", "unmount-proc", "pivot-root",
    ]

    // Proves P-087.
    @Test(arguments: ways)
    func `a job cannot leave its tree or change it`(_ way: String) throws {
      let found = try facts("escape", [HostCanary.file()])[way]
      #expect(HostCanary.refusals.contains(found), "\(found ?? "nothing")")
    }

    // Twin of P-087.
    @Test func `outside, every way out of a tree is open to root`() throws {
      let host = try RootFolder()
      let run = try CommandRun(
        "/usr/bin/unshare",
        ["--mount", "--pid", "--fork", "--mount-proc", "/bin/sh", "-c"]
          + ["unshare --mount \(Probe.path()) escape \(HostCanary.file()); true"],
        folder: host.path)
      for way in Self.ways { #expect(ProbeOutput(run.stdout)[way] == "ok", "\(way)") }
    }

    // Proves P-020, P-085.
    @Test(arguments: ["chmod", "chown", "touch", "rename"])
    func `a job cannot change the program that it runs`(_ way: String) throws {
      let found = try facts("own-program")[way]
      #expect(HostCanary.refusals.contains(found), "\(found ?? "nothing")")
    }

    // Proves P-085.
    /// What a container's runtime was overwritten by (CVE-2019-5736).
    @Test func `nor write to it once another has taken its place`() throws {
      #expect(try facts("own-program")["write"] == "no")
    }

    // Twin of P-020, P-085.
    @Test func `outside, root changes the program that it runs`() throws {
      let host = try RootFolder()
      let copy = host("probe")
      try Files.write(#require(Files.bytes(of: Probe.path())), to: copy, mode: 0o755)
      let facts = ProbeOutput(try CommandRun(copy, ["own-program"]).stdout)
      for way in ["chmod", "chown", "touch", "rename", "write"] {
        #expect(facts[way] == "ok", "\(way)")
      }
    }

    // Proves P-019.
    @Test func `a job's tree is the system's folders, and devices without power`() throws {
      let facts = try facts("list", ["/", "/dev", "/var/lib", "/var/cache", "/run", "/etc"])
      let names = { (folder: String) in Set((facts[folder] ?? "").split(separator: " ")) }
      #expect(names("/").isSubset(of: Self.topFolders), "\(names("/"))")
      #expect(names("/dev") == Self.devices, "\(names("/dev"))")
      #expect(names("/var/lib").isSubset(of: Self.stateFolders), "\(names("/var/lib"))")
      #expect(names("/var/cache").isSubset(of: ["fontconfig"]))
      #expect(names("/run").isEmpty, "\(names("/run"))")
      #expect(names("/etc").isDisjoint(with: ["shadow", "gshadow", "ssh", "sudoers", "fstab"]))
    }

    // Twin of P-019.
    @Test func `outside, there is more`() throws {
      let facts = try bareFacts("list", ["/", "/dev"])
      let names = { (folder: String) in Set((facts[folder] ?? "").split(separator: " ")) }
      #expect(!names("/").isSubset(of: Self.topFolders))
      #expect(!names("/dev").isSubset(of: Self.devices))
    }

    static let topFolders: Set<Substring> = [
      "bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "tmp",
      "usr", "var", "work",
    ]
    /// What is read, and the way to the entry's own program.
    static let stateFolders: Set<Substring> = ["ghostscript", "http-runner-tests"]
    static let devices: Set<Substring> = [
      "fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero",
    ]
  }
}
