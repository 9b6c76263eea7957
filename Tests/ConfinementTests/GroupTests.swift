import Glibc
import TestSupport
import Testing

/// Groups and the umask of an entry: what jobs share with other services of the host. The host has
/// an account `film`, which is in the groups `film` and `library`, and nothing else of these tests.
struct GroupTests {
  private static let film: UInt32 = 4_242
  private static let library: UInt32 = 4_243

  /// Words that start a program on such a host.
  private static func host(_ folder: RootFolder) throws -> [String] {
    let rows = [
      "passwd": "film:x:\(film):\(film)::/nonexistent:/usr/sbin/nologin\n",
      "group": "film:x:\(film):\nlibrary:x:\(library):film\n",
    ]
    for (name, row) in rows {
      try Files.write((Files.text(of: "/etc/\(name)") ?? "") + row, to: folder(name))
    }
    let script =
      "mount --bind \(folder("passwd")) /etc/passwd && "
      + "mount --bind \(folder("group")) /etc/group && exec \"$@\""
    return ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh"]
  }

  /// A folder of that owner, group and mode.
  private static func shared(
    _ folder: RootFolder, uid: UInt32 = 0, gid: UInt32 = library, mode: UInt32
  ) throws -> String {
    let path = folder("shared")
    try Files.makeFolder(path)
    try Files.setOwner(uid, gid, of: path)
    try Files.setMode(mode, of: path)
    return path
  }

  private static func entry(_ path: String, _ keys: String) -> String {
    "{entries: {sh: {path: '/usr/bin/dash', write: ['\(path)'], \(keys)}}}"
  }

  /// Its groups beside its own, then mode and group of the file that it made in the folder.
  private static func run(_ keys: String, on path: String, _ folder: RootFolder) throws
    -> FinishedJob
  {
    let server = try RunningServer(
      whitelist: [], config: entry(path, keys), wrapper: host(folder))
    let script = "echo $(id -G | cut -d' ' -f2-); : > $0/made && stat -c '%a %g' $0/made"
    let job = try server.run("sh", ["-c", script, path])
    #expect(try server.stop() == .exited(0))
    return job
  }

  // Proves P-170.
  @Test func `a job of a group writes in its folder, and with the umask the group may write too`()
    throws
  {
    let folder = try RootFolder()
    let path = try Self.shared(folder, mode: 0o2775)
    let job = try Self.run("groups: ['library'], umask: '0002'", on: path, folder)
    #expect(job.stdout == "\(Self.library)\n664 \(Self.library)\n", "\(job.document)")
  }

  // Proves P-170.
  @Test func `an account's own groups come with it where they are asked for`() throws {
    let folder = try RootFolder()
    let path = try Self.shared(folder, mode: 0o2770)
    let job = try Self.run("user: 'film', groups: ['@user']", on: path, folder)
    #expect(job.stdout == "\(Self.library)\n644 \(Self.library)\n", "\(job.document)")
  }

  // Proves P-170.
  @Test func `the documented way works on a folder that an account alone may write`() throws {
    let folder = try RootFolder()
    let path = try Self.shared(folder, uid: Self.film, gid: Self.film, mode: 0o755)
    let job = try Self.run("user: 'film'", on: path, folder)
    #expect(job.stdout == "\(Self.film)\n644 \(Self.film)\n", "\(job.document)")
  }

  // Twin of P-170.
  @Test(arguments: ["umask: '0002'", "user: 'film'", "groups: ['film']"])
  func `without the group it cannot`(_ keys: String) throws {
    let folder = try RootFolder()
    let path = try Self.shared(folder, mode: 0o2775)
    let job = try Self.run(keys, on: path, folder)
    #expect(job.code != 0 && job.stderr.contains("Permission denied"), "\(job.document)")
  }

  static let refusals: [(keys: String, says: String)] = [
    ("groups: ['root']", "root's group"), ("groups: ['0']", "root's group"),
    ("groups: ['disk']", "as good as root"), ("groups: ['6']", "as good as root"),
    ("groups: ['no-such-group']", "no such group"), ("groups: ['@user']", "no user"),
    ("user: 'film', groups: ['@user', 'shadow']", "as good as root"),
  ]

  // Proves P-171.
  @Test(arguments: refusals)
  func `groups that are as good as root, and what is none, are refused`(
    _ keys: String, _ says: String
  ) throws {
    let folder = try RootFolder()
    let path = try Self.shared(folder, mode: 0o2775)
    let process = try RunnerProcess(
      whitelist: [], config: Self.entry(path, keys), wrapper: Self.host(folder))
    #expect(try process.child.wait() == .exited(78), "\(process.log)")
    #expect(process.log.contains("groups") && process.log.contains(says), "\(process.log)")
  }

  // Twin of P-171.
  @Test func `an ordinary group is taken`() throws {
    let folder = try RootFolder()
    let path = try Self.shared(folder, mode: 0o2775)
    #expect(try Self.run("groups: ['\(Self.library)']", on: path, folder).code == 0)
  }

  @Test func `an ordinary user cannot give groups to jobs`() throws {
    let process = try RunnerProcess(
      whitelist: ["/bin/true"], options: ["--groups", "games"], asOrdinaryUser: true)
    #expect(try process.child.wait() == .exited(78), "\(process.log)")
    #expect(process.log.contains("groups"), "\(process.log)")
  }

  static let advice: [(keys: String, mode: UInt32, says: String?)] = [
    ("umask: '0002'", 0o2775, "groups: [\"library\"]."),
    ("umask: '0002'", 0o2755, "groups: [\"library\"], and the group the right"),
    ("groups: ['film']", 0o2775, "jobs run as users of their own, in film."),
    ("groups: ['library']", 0o2775, nil), ("umask: '0022'", 0o1777, nil),
  ]

  @Test(arguments: advice)
  func `check says when no job could write there`(
    _ keys: String, _ mode: UInt32, _ says: String?
  ) throws {
    let folder = try RootFolder()
    let path = try Self.shared(folder, mode: mode)
    try Files.write(Self.entry(path, keys), to: folder("config.json5"), mode: 0o600)
    let words = try Self.host(folder) + [Binaries.runner(), "check", folder("config.json5")]
    let run = try CommandRun(words[0], Array(words.dropFirst()))
    #expect(run.ending == .exited(0), "\(run.stdout)\(run.stderr)")
    let note = run.stdout.split(separator: "\n").first { $0.contains("note: ") }
    guard let says else {
      #expect(note == nil, "\(run.stdout)")
      return
    }
    #expect(note?.contains("no job can write \(path)") == true, "\(run.stdout)")
    #expect(note?.contains(says) == true, "\(run.stdout)")
  }
}
