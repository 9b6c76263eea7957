import Testing

/// Calls that may not be made, and claims that must be argued.
struct BannedCallTests {
  private static func findings(_ path: String, _ text: String) -> [Finding] {
    BannedCalls.findings(in: SourceFile(path: path, text: text))
  }

  @Test func `no banned call stands in the tree`() {
    for file in Repository.files { expectNone(BannedCalls.findings(in: file)) }
  }

  @Test func `text of paths and of the kernel is split at bytes`() {
    let separators = ["/", "\\n", " ", "\\t", ":", ","].map { "split(separator: \"\($0)\"" }
    let found = Repository.files.filter { file in
      file.isBelow("Sources/Sandbox") && separators.contains { file.text.contains($0) }
    }
    #expect(found.map(\.path) == [], "a separator before a mark separates nothing: use `fields`")
  }

  @Test(arguments: [
    "fork()", "let f = fork", "Glibc.vfork()", "system(\"ls\")", "popen(a, b)",
    "posix_spawn(&p, a)", "posix_spawnp(&p, a)", "signal(SIGTERM, f)", "setenv(a, b, 1)",
    "let p = Process()", "try! a()", "a as! B", "print(a)", "\"\\(try! a())\"",
    "struct A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1",
  ])
  func `a banned call is found in Swift`(_ text: String) {
    #expect(Self.findings("Sources/Runner/Core/A.swift", "// A\n" + text).map(\.line) == [2])
  }

  @Test(arguments: [
    "// fork() and try! in a comment", "\"fork()\"", "#\"system(\"a\")\"#", "job.signal(9)",
    "case signal(Int)", "signal: 9", "func `try! nothing`() {}", "\"\"\"\n\"fork()\"\n\"\"\"",
    "/* /* fork() */ fork() */", "try a()", "a as? B", "a != b", "JobProcess()", "fork: 1",
    "func signal(_ a: Int) {}\nsignal(1)",
  ])
  func `what only looks like a banned call is let pass`(_ text: String) {
    #expect(Self.findings("Sources/Runner/Core/A.swift", text).isEmpty)
  }

  @Test func `some calls are banned in some folders only`() {
    #expect(Self.findings("Sources/Sandbox/A.swift", "try? a()").count == 1)
    #expect(Self.findings("Sources/Launcher/main.swift", "try? a()").count == 1)
    #expect(Self.findings("Sources/Runner/HTTP/A.swift", "try? a()").isEmpty)
    #expect(Self.findings("Sources/Runner/Command/A.swift", "print(a)").isEmpty)
    #expect(Self.findings("Sources/CLinux/a.c", "int a = fork();").count == 1)
    #expect(Self.findings("Tests/Bench/A/main.swift", "print(a)").isEmpty)
    #expect(Self.findings("Tests/A/A.swift", "setenv(a, b, 1)").isEmpty)
    #expect(Self.findings("Tests/Probes/a.c", "int a = fork();").isEmpty)
    #expect(Self.findings("Sources/CLinux/linux_probe.c", "free(malloc(1));").count == 2)
    #expect(Self.findings("Sources/CLinux/a.c", "free(malloc(1));").isEmpty)
  }

  @Test func `a file of the child path calls nothing but raw system calls`() {
    let body = { (calls: String) in "static void own(void) {}\nvoid a(void) { \(calls) }" }
    for file in ["launch_child.c", "launch_tool.c", "sandbox_init.c", "new.c", "child_calls.h"] {
      let path = "Sources/CLaunch/" + file
      #expect(
        Self.findings(path, body("own(); child_syscall(SYS_close, 3); if (CMSG_LEN(1)) return;"))
          .isEmpty)
      #expect(Self.findings(path, body("memcpy(b, c, 1);")).count == 1)
      #expect(Self.findings(path, body("free(b);")).count == 2)
    }
    #expect(Self.findings("Sources/CLinux/a.c", body("memcpy(b, c, 1);")).isEmpty)
  }

  @Test func `a claim of safety passes with its reason above it`() {
    let claim = "struct A: @unchecked Sendable {}"
    #expect(Self.findings("Sources/A.swift", "// SAFETY: one thread.\n" + claim).isEmpty)
    let far = "// SAFETY: of something else.\n" + String(repeating: "\n", count: 8)
    #expect(Self.findings("Sources/A.swift", far + claim).count == 1)
  }
}
