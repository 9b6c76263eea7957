import TestSupport
import Testing

extension Confinement {
  @Suite struct SurroundingsTests {
    // Proves P-026.
    @Test func `a job has the three descriptors of its order and no more`() throws {
      #expect(try facts("descriptors")["open"] == "0 1 2")
    }

    // Twin of P-026.
    @Test func `outside, a descriptor that was left open is found`() throws {
      let run = try CommandRun(
        "/bin/bash", ["-c", "exec \(Probe.path()) descriptors 900< /dev/null"])
      #expect(ProbeOutput(run.stdout)["open"]?.hasSuffix(" 900") == true)
    }

    // Proves P-114.
    @Test func `a job may open its own streams again by name, as shells do`() throws {
      let facts = try facts("reopen-streams")
      for stream in ["in", "out", "err", "out-by-number"] {
        #expect(facts[stream] == "ok", "\(stream)")
      }
      #expect(facts["said"] == "by-the-new-one")
    }

    @Test func `a job's input is empty, and at its end`() throws {
      #expect(try facts("read-input")["read"] == "0")
    }

    @Test func `outside, input is read where there is some`() throws {
      let run = try CommandRun("/bin/bash", ["-c", "echo x | \(Probe.path()) read-input"])
      #expect(ProbeOutput(run.stdout)["read"] == "1")
    }

    // Proves P-027.
    @Test func `a job's environment is four variables, none of them the service's`() throws {
      let text = try facts("environment").text
      let folder = try #require(
        text.split(separator: "\n").first { $0.hasPrefix("HOME=") }?.dropFirst("HOME=".count))
      #expect(
        Set(text.split(separator: "\n")) == [
          "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=\(folder)", "TMPDIR=\(folder)", "LANG=C.UTF-8",
        ])
      #expect(text.split(separator: "\n").count == 4)
      #expect(folder == "/work")
    }

    // Twin of P-027.
    @Test func `outside, the probe prints what it inherits`() throws {
      let facts = try Probe.bare("environment", environment: RunnerProcess.environment)
      #expect(facts.text.contains("SECRET=of the service\n"))
    }

    @Test func `a job leads a session of its own and has no terminal`() throws {
      let facts = try facts("surroundings")
      #expect(facts["session-leader"] == "yes" && facts["group-leader"] == "yes")
      #expect(try Confinement.facts("terminal")["controlling-terminal"] == "ENOENT")
    }

    // Twin of P-016.
    @Test func `outside, in a session with a terminal, the probe opens it`() throws {
      let run = try CommandRun(
        "/usr/bin/script", ["-qec", "\(Probe.path()) terminal", "/dev/null"])
      let verdicts = run.stdout.split(whereSeparator: \.isNewline)
      #expect(verdicts.contains("controlling-terminal ok"), "\(run.stdout)")
    }

    @Test func `a job's signals are at their defaults and none is blocked`() throws {
      #expect(try facts("signals")["not-default"] == "none")
      #expect(try facts("signals")["blocked"] == "none")
    }

    @Test func `outside, an ignored signal stays ignored`() throws {
      let run = try CommandRun(
        "/bin/bash", ["-c", "trap '' PIPE USR1; exec \(Probe.path()) signals"])
      #expect(ProbeOutput(run.stdout)["not-default"] == "10 13")
    }

    @Test func `arguments reach the program letter by letter`() throws {
      let arguments = ["", " ", "a b", "$HOME", "`id`", "*", "äöü", "-rf", "\"'\\", "x;y"]
      let job = try server().run(Probe.path(), ["print-arguments"] + arguments)
      #expect(job.stdout == arguments.map { "argument \($0)\n" }.joined())
    }

    @Test func `a job's files are its own unless it says otherwise`() throws {
      #expect(try facts("surroundings")["umask"] == "22")
    }
  }
}
