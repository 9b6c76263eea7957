import Glibc
import TestSupport
import Testing

/// Who a job is by name, and what programs find of their own in its tree.
struct OwnAccountTests {
  private static let look = [
    "/bin/sh", "-c",
    """
    id -un; id -gn
    getent passwd "$(id -u)" | cut -d: -f1,6,7; getent group "$(id -g)" | cut -d: -f1
    [ "$(getent passwd job | cut -d: -f3,4)" = "$(id -u):$(id -g)" ] && echo same
    cut -d: -f1 /etc/passwd | tr '\\n' ' '; (echo x >> /etc/passwd) 2> /dev/null || echo kept
    """,
  ]

  // Proves P-695.
  @Test func `a job's own ids have a name, home and shell, and no account of the host has`() throws
  {
    let run = try ToolRun().run("exec", [], Self.look)
    #expect(
      run.stdout == "job\njob\njob:/work:/bin/sh\njob\nsame\nroot job nobody kept\n",
      "\(run.stdout)\(run.stderr)")
  }

  // Proves P-695.
  @Test func `the same holds for an account that policy names`() throws {
    let run = try ToolRun().run("exec", ["--user", NamedUserTests.name], Self.look)
    #expect(
      run.stdout == "job\njob\njob:/work:/bin/sh\njob\nsame\nroot job nobody kept\n",
      "\(run.stdout)\(run.stderr)")
  }

  // Twin of P-695.
  @Test func `with the host's own files the id has none`() throws {
    let shown = ["--read", "/etc/passwd,/etc/group"]
    let run = try ToolRun().run("exec", shown, ["/usr/bin/id", "-un"])
    #expect(run.ending == .exited(1) && !run.stderr.isEmpty)
    let all = try ToolRun().run("exec", shown, ["/bin/cat", "/etc/passwd"])
    #expect(all.stdout == Files.text(of: "/etc/passwd"))
  }

  // Proves P-695.
  @Test func `two jobs of one sandbox spec have each its own`() throws {
    let server = try RunningServer(whitelist: ["/bin/sh"])
    let ids = try (0..<2).map { _ in
      let job = try server.run("/bin/sh", ["-c", "id -u; getent passwd job | cut -d: -f3"])
      let lines = job.stdout.split(separator: "\n")
      #expect(lines.count == 2 && lines[0] == lines[1], "\(job.stdout)")
      return lines.first
    }
    #expect(ids.allSatisfy { $0 != nil })
    #expect(try server.stop() == .exited(0))
  }

  @Test func `mounted file systems are found where getmntent looks`() throws {
    let run = try ToolRun().run(
      "exec", [], ["/bin/sh", "-c", "cmp /etc/mtab /proc/self/mounts && echo same"])
    #expect(run.stdout == "same\n", "\(run.stderr)")
  }

  @Test func `settings of a version that did not exist yet are shown, others are not`() throws {
    let number = UInt32.random(in: 1000...UInt32.max)
    let java = "/etc/java-\(number)-openjdk"
    let other = "/etc/http-runner-test-\(number)"
    for folder in [java, other] { try Files.makeFolder(folder) }
    defer { for folder in [java, other] { _ = unsafe rmdir(folder) } }
    let words = ["-c", "test -d \(java) && ! test -e \(other)"]
    #expect(try ToolRun().run("exec", [], ["/bin/sh"] + words).ending == .exited(0))
  }

  @Test func `a program's own folder is shown to it, and to no program without a claim`() throws {
    let folder = "/etc/ssh"
    let own = try ToolRun().run("explain", [], ["/usr/bin/ssh-keygen"])
    #expect(own.stdout.contains(folder), "\(own.stderr)")
    let test = ["/usr/bin/test", "-d", folder]
    #expect(try ToolRun().run("exec", [], test).ending == .exited(1))
    let key = ["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"]
    let made = try ToolRun().run("exec", [], key)
    #expect(made.ending == .exited(0), "\(made.stderr)")
  }
}
