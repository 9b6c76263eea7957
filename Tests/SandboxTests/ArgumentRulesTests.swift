@testable import SandboxBase
import TestSupport
import Testing

/// Rules of a whole list of arguments.
struct ArgumentRulesTests {
  private static let folders = ArgumentFolders(readPaths: [], writePaths: ["/srv/out"])

  private func refusal(
    _ arguments: [String], _ set: (inout ArgumentRules) -> Void
  ) throws -> ArgumentRefusal? {
    var rules = ArgumentRules()
    set(&rules)
    let compiled = try CompiledArgumentRules(rules)
    let list = try #require(ArgumentList(arguments))
    do throws(ArgumentRefusal) {
      try compiled.check(list, in: Self.folders)
      return nil
    } catch {
      return error
    }
  }

  @Test func `empty rules take anything`() throws {
    #expect(try refusal(["", "-x", String(repeating: "a", count: 100_000)]) { _ in } == nil)
  }

  @Test func `no more arguments than the entry takes`() throws {
    #expect(try refusal(["a", "b"]) { $0.countMax = 2 } == nil)
    #expect(try refusal(["a", "b", "c"]) { $0.countMax = 2 }?.index == 2)
    #expect(try refusal([]) { $0.countMax = 0 } == nil)
  }

  @Test(
    arguments: [
      ([], nil), (["a"], nil), (["a", "a", "-i", "1"], nil), (["-i", "1", "a"], nil),
      (["-i"], 1), (["-i", "x"], 1), (["a", "-i", "1", "b"], 3), (["1"], 0), (["a", "1"], 1),
      (["-x", "1", "2", "3"], nil), (["-x", "1", "2"], 3), (["-x", "1", "a"], 2),
      (["-x", "1"], nil), (["-x", "1", "a", "-x", "1", "2", "3", "a"], 2),
    ] as [([String], Int?)])
  func `arguments are a row of whole sequences`(arguments: [String], index: Int?) throws {
    let refusal = try refusal(arguments) {
      $0.allow = [["a"], ["-i", "{int}"], ["-x", "1"], ["-x", "1", "{int:2-2}", "3"]]
    }
    if arguments.last == "a", arguments.count > 2, arguments[0] == "-x" {
      // `-x 1` is a sequence too, so that `a` may follow.
      #expect(refusal == nil)
    } else {
      #expect(refusal?.index == index, "\(arguments): \(refusal as Any)")
    }
  }

  @Test func `sequences that share a beginning are all tried`() throws {
    let rules: (inout ArgumentRules) -> Void = { $0.allow = [["a", "b"], ["a"], ["b", "c"]] }
    #expect(try refusal(["a", "b", "c"], rules) == nil)
    #expect(try refusal(["a", "b", "b", "c", "a"], rules) == nil)
    #expect(try refusal(["a", "b", "c", "c"], rules)?.index == 3)
  }

  @Test func `deny wins over allow`() throws {
    let refusal = try refusal(["a", "b:c"]) {
      $0.allow = [["*"]]
      $0.deny = ["x", "*:*"]
    }
    #expect(refusal?.description == "arguments[1]: `b:c`: the entry denies `*:*`")
  }

  @Test func `what has to pass patterns is bounded`() throws {
    let longest = String(repeating: "a", count: 4096)
    let deny: (inout ArgumentRules) -> Void = { $0.deny = ["b"] }
    #expect(try refusal([longest], deny) == nil)
    #expect(try refusal(["a", longest + "a"], deny)?.index == 1)
    #expect(try refusal([String](repeating: longest, count: 31), deny) == nil)
  }

  @Test func `a long row is checked in a moment`() throws {
    let arguments = [String](repeating: "-a", count: 999) + ["b"]
    let seconds = try threadSeconds {
      let refusal = try refusal(arguments) {
        $0.allow = (1...8).map { [String](repeating: "-{word}", count: $0) }
      }
      #expect(refusal?.index == 999)
    }
    #expect(seconds < 5, "\(seconds)")
  }

  @Test(arguments: [
    ("a:b", "protocol"), ("../a", "`..`"), ("/etc/passwd", "no folder of `write`"),
    ("-a", "option"), ("@a", "file of arguments"), ("a.txt", "does not end in `.mp4`"),
    ("a%d.mp4", "number pattern"),
  ])
  func `a path that is refused is told why`(path: String, why: String) throws {
    let refusal = try #require(
      try refusal(["-y", path]) { $0.allow = [["-y"], ["{path:write:.mp4}"]] })
    #expect(refusal.description.contains("as a path, it"), "\(refusal)")
    #expect(refusal.description.contains(why), "\(refusal)")
  }

  @Test func `what is no path is refused without such a reason`() throws {
    let refusal = try #require(try refusal(["x"]) { $0.allow = [["-y"], ["o={path:write}"]] })
    #expect(!refusal.description.contains("as a path"), "\(refusal)")
  }

  @Test func `a long argument is not repeated whole in its refusal`() throws {
    let refusal = try #require(
      try refusal([String(repeating: "a", count: 4000)]) { $0.allow = [["b"]] })
    #expect(refusal.description.count < 200)
  }

  @Test func `rules with a broken pattern are none`() {
    var rules = ArgumentRules()
    rules.allow = [["a", "{int"], ["*"]]
    #expect(throws: ArgumentPattern.ParseError.self) { _ = try CompiledArgumentRules(rules) }
    rules.allow = [["a"]]
    rules.deny = ["*", "\\"]
    #expect(throws: ArgumentPattern.ParseError.self) { _ = try CompiledArgumentRules(rules) }
  }

  @Test func `private folders belong to an entry with a tree of its own`() throws {
    var policy = EntryPolicy(path: "/bin/a")
    let write = try ArgumentPattern("{path:write}")
    for path in ["/tmp/a", "/var/tmp/a", "/dev/shm/a", "/work"] {
      #expect(write.matches(path, in: policy.argumentFolders), "\(path)")
    }
    policy.dropped = [.mountNamespace]
    #expect(!write.matches("/tmp/a", in: policy.argumentFolders))
  }
}
