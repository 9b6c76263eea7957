import TestSupport
import Testing

struct LaunchFailureTests {
  static let keys = ["errno", "code", "syscall", "path", "spawnargs", "step", "message"]

  @Test func `a program that is gone or locked fails in the original's shape`() throws {
    let folder = try RootFolder()
    let gone = try folder.script("gone", "#!/bin/sh\n")
    let locked = try folder.script("locked", "#!/bin/sh\n")
    let server = try RunningServer(whitelist: [gone, locked])
    #expect(try server.run(gone).code == 0 && server.run(locked).code == 0, "the twin")
    try Files.remove(gone)
    try Files.setMode(0o644, of: locked)
    for (entry, number, name) in [(gone, -2, "ENOENT"), (locked, -13, "EACCES")] {
      let job = try server.run(entry, ["a", "b c"])
      let failure = try #require(job.failure, "\(job.document)")
      #expect(job.code == number && failure["errno"]?.integer == number)
      #expect(failure["code"]?.string == name)
      #expect(failure["syscall"]?.string == "spawn \(entry)")
      #expect(failure["path"]?.string == entry)
      #expect(failure["spawnargs"] == .array([.string("a"), .string("b c")]))
      #expect(failure["step"]?.string == "executable")
      #expect(failure["message"]?.string?.isEmpty == false)
      #expect(failure.keys == Self.keys)
      #expect(job.document.keys.last == "err")
      #expect(job.stdout == "" && job.stderr == "")
    }
    #expect(server.process.jobFolders().isEmpty && server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }
}
