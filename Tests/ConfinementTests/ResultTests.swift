import Glibc
import TestSupport
import Testing

/// A result is whole or not there, whatever becomes of its job.
struct ResultTests {
  // Proves P-440.
  @Test func `a result has its name when its job has succeeded, and not before`() throws {
    let results = try ResultFolder()
    let server = try RunningServer(whitelist: [], config: results.config())
    let script =
      "case $0 in *.mp4) ;; *) exit 9;; esac; test ! -e ${0%/*}/film.mp4 && echo whole > $0"
    let job = try server.run("make", ["-c", script, results("film.mp4")])
    #expect(job.code == 0 && job.document["succeeded"] == .bool(true), "\(job.document)")
    let result = try #require(job.document["results"]?.array?.first)
    #expect(result["path"]?.string == results("film.mp4"))
    #expect(result["outcome"]?.string == "published" && result["bytes"]?.integer == 6)
    #expect(results.names == ["film.mp4"] && Files.text(of: results("film.mp4")) == "whole\n")
    #expect(job.document["arguments"]?.array?.last?.string == results("film.mp4"))
    #expect(try server.stop() == .exited(0))
  }

  static let endings = [
    ("exit 3", "exited"), ("kill -9 $$", "signaled"), ("kill -SEGV $$", "signaled"),
    ("echo 'ended prematurely' >&2", "rejected"), ("sleep 1000", "timeout"),
  ]

  // Proves P-440.
  @Test(arguments: endings)
  func `a job that did not succeed leaves nothing`(_ rest: String, _ outcome: String) throws {
    let results = try ResultFolder()
    let server = try RunningServer(
      whitelist: [], config: results.config("success: {stderrMustNot: ['ended prematurely']},"))
    let seconds = outcome == "timeout" ? 2 : nil
    let id = try server.submit(
      "make", ["-c", "echo half > $0; \(rest)", results("film.mp4")], timeoutSeconds: seconds)
    let job = try server.finished(id)
    #expect(job.document["outcome"]?.string == outcome, "\(job.document)")
    #expect(job.code != 0 && job.document["succeeded"] == .bool(false))
    if outcome != "timeout" {
      #expect(job.document["results"]?.array?.first?["outcome"]?.string == "discarded")
    }
    #expect(results.names == [])
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-440.
  @Test(arguments: endings.filter { $0.1 != "timeout" })
  func `without the placeholder half a file stays under the name`(_ rest: String, _: String) throws
  {
    let results = try ResultFolder()
    let server = try RunningServer(whitelist: [], config: results.config(kind: "path"))
    let job = try server.run("make", ["-c", "echo half > $0; \(rest)", results("film.mp4")])
    #expect(job.document["results"] == nil && job.document["succeeded"] == nil)
    #expect(results.names == ["film.mp4"])
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-440.
  @Test func `a cancel leaves nothing, and where policy asks the part`() throws {
    for keepsPart in [false, true] {
      let results = try ResultFolder()
      let server = try RunningServer(
        whitelist: [], config: results.config("results: {partial: \(keepsPart)},"))
      let id = try server.submit(
        "make", ["-c", "echo half > $0; echo runs; sleep 1000", results("film.mp4")])
      try waiting(until: "the job to write") { try server.job(id)["stdout"]?.string == "runs\n" }
      #expect(results.names.count == 1 && results.names[0].hasPrefix(".http-runner-\(id)-0"))
      _ = try server.client.ask("POST", "/\(id)/cancel", body: [])
      let job = try server.finished(id)
      #expect(job.document["outcome"]?.string == "cancelled", "\(job.document)")
      let part = job.document["results"]?.array?.first?["partialPath"]?.string
      #expect(keepsPart ? part == results(results.names.first ?? "") : results.names == [])
      #expect(try server.stop() == .exited(0))
    }
  }

  // Proves P-441.
  @Test func `an existing target is refused, replaced or kept, as policy says`() throws {
    for (existing, text, outcome) in [
      ("refuse", "old", "launch_failed"), ("replace", "new\n", "exited"), ("keep", "old", "exited"),
    ] {
      let results = try ResultFolder()
      try Files.write("old", to: results("film.mp4"), mode: 0o644)
      try Files.setOwner(5, 60, of: results("film.mp4"))
      let server = try RunningServer(
        whitelist: [], config: results.config("results: {existing: '\(existing)'},"))
      let job = try server.run("make", ["-c", "echo ran; echo new > $0", results("film.mp4")])
      #expect(job.document["outcome"]?.string == outcome, "\(job.document)")
      #expect(job.stdout == (existing == "replace" ? "ran\n" : ""), "the program need not run")
      #expect(results.names == ["film.mp4"] && Files.text(of: results("film.mp4")) == text)
      if existing == "keep" {
        #expect(job.document["results"]?.array?.first?["outcome"]?.string == "kept")
        #expect(job.document["succeeded"] == .bool(true))
      }
      #expect(try server.stop() == .exited(0))
    }
  }

  // Proves P-441.
  @Test func `a target that appears meanwhile is not replaced`() throws {
    for (existing, outcome) in [("refuse", "refused"), ("keep", "kept")] {
      let results = try ResultFolder()
      let server = try RunningServer(
        whitelist: [], config: results.config("results: {existing: '\(existing)'},"))
      let script = "echo new > $0; echo first > ${0%/*}/film.mp4"
      let job = try server.run("make", ["-c", script, results("film.mp4")])
      #expect(
        job.document["outcome"]?.string == (existing == "keep" ? "exited" : "rejected"),
        "\(job.document)")
      #expect(job.document["results"]?.array?.first?["outcome"]?.string == outcome)
      #expect(results.names == ["film.mp4"] && Files.text(of: results("film.mp4")) == "first\n")
      #expect(try server.stop() == .exited(0))
    }
  }

  // Proves P-441.
  @Test func `mode and group are as policy wants, and two results are two files`() throws {
    let results = try ResultFolder()
    let server = try RunningServer(
      whitelist: [],
      config: results.config("groups: ['100'], results: {mode: '0660', group: '100'},"))
    let script = "umask 077; echo a > $0; echo b > $1"
    let job = try server.run("make", ["-c", script, results("a.txt"), results("b.txt")])
    #expect(job.code == 0, "\(job.document)")
    #expect(results.names == ["a.txt", "b.txt"])
    #expect(results.modeAndGroup(of: "a.txt") == "660 100")
    #expect(Files.text(of: results("b.txt")) == "b\n")
    let reply = try server.client.post(
      "{\"command\":\"make\",\"args\":[\"-c\",\"x\",\"\(results("c"))\",\"\(results("c"))\"]}")
    #expect(reply.status == 400 && reply.text.contains("one name"), "\(reply.text)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-442.
  @Test func `a check of another entry judges a result before it has its name`() throws {
    let results = try ResultFolder()
    let check = "success: {check: {entry: 'judge', arguments: ['-q', 'good', '{output}']}},"
    let server = try RunningServer(
      whitelist: [],
      config: results.config(
        check, others: "judge: {path: '/usr/bin/grep', read: ['\(results.path)'], user: 'games'}"))
    let good = try server.run("make", ["-c", "echo good > $0", results("a.txt")])
    #expect(good.code == 0 && good.document["succeeded"] == .bool(true), "\(good.document)")
    let bad = try server.run("make", ["-c", "echo bad > $0", results("b.txt")])
    #expect(bad.document["outcome"]?.string == "rejected" && bad.code == nil, "\(bad.document)")
    #expect(bad.failure?["step"]?.string == "check")
    #expect(results.names == ["a.txt"])
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-442.
  @Test func `other exit codes are success where the entry says so, and no file is none`() throws {
    let results = try ResultFolder()
    let server = try RunningServer(
      whitelist: [], config: results.config("success: {codes: [1]},"))
    let one = try server.run("make", ["-c", "echo x > $0; exit 1", results("a")])
    #expect(one.code == 1 && one.document["succeeded"] == .bool(true) && results.names == ["a"])
    let zero = try server.run("make", ["-c", "echo x > $0", results("b")])
    #expect(zero.code == 0 && zero.document["succeeded"] == .bool(false) && results.names == ["a"])
    let none = try server.run("make", ["-c", "exit 1", results("c")])
    #expect(none.document["outcome"]?.string == "rejected", "\(none.document)")
    #expect(none.document["results"]?.array?.first?["outcome"]?.string == "missing")
    #expect(try server.stop() == .exited(0))
  }

  static let attacks = [
    "link": "ln -s SECRET/file $0", "hard link": "echo x > $0; ln $0 ${0%/*}/second",
    "pipe": "mkfifo $0", "folder": "mkdir -p $0/a/b; echo x > $0/a/b/c",
    "target a link": "echo x > $0; ln -s SECRET/file ${0%/*}/film.mp4",
  ]

  // Proves P-443.
  @Test(arguments: attacks.keys.sorted())
  func `what a job puts in the place of its result leads nowhere`(_ attack: String) throws {
    let results = try ResultFolder()
    let server = try RunningServer(
      whitelist: [], config: results.config("results: {mode: '0666'},"))
    let script = try #require(Self.attacks[attack]).replacing(
      "SECRET", with: results.folder("secret"))
    let job = try server.run("make", ["-c", script, results("film.mp4")])
    #expect(job.document["outcome"]?.string == "rejected", "\(job.document)")
    #expect(job.document["succeeded"] == .bool(false))
    #expect(!results.names.contains { $0.hasPrefix(".") }, "\(results.names)")
    let status = try CommandRun("/usr/bin/stat", ["-c", "%a %u", results.folder("secret/file")])
    #expect(status.stdout == "600 0\n" && Files.text(of: results.folder("secret/file")) == "secret")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-443.
  @Test func `a folder that a job swaps for a link is not gone into`() throws {
    let results = try ResultFolder()
    try Files.setMode(0o777, of: results.folder("secret"))
    try Files.makeFolder(results("sub"))
    try Files.setOwner(5, 60, of: results("sub"))
    let server = try RunningServer(whitelist: [], config: results.config())
    let script =
      "echo x > $0; d=${0%/*}; mv $d $d.old; ln -s \(results.folder("secret")) $d; echo swapped"
    let job = try server.run("make", ["-c", script, results("sub/film.mp4")])
    #expect(job.document["outcome"]?.string == "rejected", "\(job.document)")
    #expect(job.failure?["message"]?.string?.contains("leads out") == true, "\(job.document)")
    #expect((Files.entries(of: results.folder("secret")) ?? []) == ["file"])
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-443.
  @Test func `a job with an id of its own publishes with that id alone`() throws {
    let results = try ResultFolder(mode: 0o1777)
    let server = try RunningServer(
      whitelist: [], config: results.config("results: {existing: 'replace'},", user: nil))
    for name in ["a", "b"] {
      let job = try server.run("make", ["-c", "id -u; echo x > $0", results(name)])
      #expect(job.code == 0, "\(job.document)")
      let owner = try CommandRun("/usr/bin/stat", ["-c", "%u", results(name)])
      #expect(owner.stdout == job.stdout)
    }
    // In a folder in which only owners remove, another's file cannot be replaced.
    try Files.write("old", to: results("c"), mode: 0o666)
    let job = try server.run("make", ["-c", "echo x > $0", results("c")])
    #expect(job.document["outcome"]?.string == "rejected", "\(job.document)")
    #expect(results.names == ["a", "b", "c"] && Files.text(of: results("c")) == "old")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-443.
  @Test func `in a folder that a group shares, nothing is done with the rights of another id`()
    throws
  {
    let results = try ResultFolder(mode: 0o2775)
    let server = try RunningServer(
      whitelist: [],
      config: results.config("groups: ['60'], results: {mode: '0666'},", user: nil))
    // An id of jobs that no job has here.
    let other = server.process.users.upperBound
    try Files.makeFolder(results("private"), mode: 0o700)
    for name in ["private/file", "file"] {
      try Files.write("secret", to: results(name), mode: 0o600)
    }
    for name in ["private/file", "private", "file"] {
      try Files.setOwner(other, other, of: results(name))
    }
    for name in ["private", "file"] {
      let script = "mv ${0%/*}/\(name) $0 && echo moved"
      let job = try server.run("make", ["-c", script, results("\(name).mp4")])
      #expect(job.stdout == "moved\n", "the group may rename it")
      #expect(job.document["outcome"]?.string == "rejected", "\(job.document)")
      #expect(!Files.exists(results("\(name).mp4")))
    }
    let folders = results.names.filter { Files.exists(results("\($0)/file")) }
    #expect(folders.count == 1, "\(results.names)")
    for name in folders {
      #expect(results.modeAndGroup(of: name) == "700 \(other)")
      #expect(results.modeAndGroup(of: "\(name)/file") == "600 \(other)")
      #expect(Files.text(of: results("\(name)/file")) == "secret")
    }
    // The group may also remove a file, but not read it or give it another mode.
    for name in results.names where Files.text(of: results(name)) == "secret" {
      #expect(results.modeAndGroup(of: name) == "600 \(other)")
    }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-443.
  @Test func `an ordinary process of root follows such a link`() throws {
    let results = try ResultFolder()
    try Files.makeLink(results("film.mp4"), to: results.folder("secret/file"))
    let run = try CommandRun("/bin/chmod", ["666", results("film.mp4")])
    #expect(run.ending == .exited(0))
    let status = try CommandRun("/usr/bin/stat", ["-c", "%a", results.folder("secret/file")])
    #expect(status.stdout == "666\n")
  }

  static let refused = [
    "film.mp4", "/dev/shm/film.mp4", "/var/tmp/film.mp4", "OUT", "OUT/", "OUT/../film.mp4",
    "OUT/.http-runner-x", "OUT/%03d.png", "OUTSIDE/film.mp4", "SECRET/film.mp4",
  ]

  // Proves P-443.
  @Test(arguments: refused)
  func `a result is in a folder of policy, under a name of its own`(_ name: String) throws {
    let results = try ResultFolder()
    let server = try RunningServer(whitelist: [], config: results.config())
    let path = name.replacing("OUT", with: results.path).replacing(
      "SECRET", with: results.folder("secret"))
    let reply = try server.client.post(
      "{\"command\":\"make\",\"args\":[\"-c\",\"echo x > $0\",\(JSONText.quoted(path))]}")
    #expect(reply.status == 400 && reply.text.contains("arguments[2]"), "\(reply.text)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-444.
  @Test func `after a kill -9 of the service its next start removes what was half done`() throws {
    let results = try ResultFolder()
    let first = try RunningServer(whitelist: [], config: results.config())
    let script = "echo half > $0; echo runs; sleep 1000"
    let id = try first.submit("make", ["-c", script, results("film.mp4")])
    try waiting(until: "the job to write") { try first.job(id)["stdout"]?.string == "runs\n" }
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()
    #expect(results.names.count == 1)
    let second = try RunningServer(
      whitelist: [], predecessor: first.process, config: results.config())
    let job = try second.finished(id)
    #expect(job.document["outcome"]?.string == "interrupted", "\(job.document)")
    #expect(job.document["results"]?.array?.first?["outcome"]?.string == "discarded")
    #expect(results.names == [])
    #expect(try second.stop() == .exited(0))
  }

  // Proves P-444.
  @Test func `a job that runs again begins without what its first run left`() throws {
    let results = try ResultFolder()
    let config = results.config("restartable: true,")
    let first = try RunningServer(whitelist: [], config: config)
    // The second run finds nothing of the first.
    let script = "test -e $0 && exit 7; echo half > $0; echo runs; test -e ${0%/*}/go || sleep 1000"
    let id = try first.submit("make", ["-c", script, results("film.mp4")])
    try waiting(until: "the job to write") { try first.job(id)["stdout"]?.string == "runs\n" }
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()
    try Files.write("", to: results("go"), mode: 0o644)
    let second = try RunningServer(whitelist: [], predecessor: first.process, config: config)
    let job = try second.finished(id)
    #expect(job.code == 0, "\(job.document)")
    #expect(results.names == ["film.mp4", "go"])
    #expect(try second.stop() == .exited(0))
  }
}
