@testable import SandboxBase
import SharedBounds
import Testing

/// What names a result between service and launcher, and what arguments are one.
struct ResultPlaceTests {
  private static let temporary = ".http-runner-0123456789abcdef-0.mp4"

  private func place(
    _ directory: String = "films", _ temporary: String = temporary, _ target: String = "film.mp4"
  ) -> ResultPlace? {
    ResultPlace(
      folder: 0, directory: directory, temporaryName: temporary, targetName: target)
  }

  // Proves P-443.
  @Test func `no part of a place leads out of its folder`() {
    #expect(place() != nil && place("") != nil && place("a/b c/é") != nil)
    for directory in ["/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "a\0b"] {
      #expect(place(directory) == nil, "\(directory)")
    }
    let long = String(repeating: "a", count: 256)
    for target in ["", ".", "..", "a/b", "/", "a\0", long, ".http-runner-x"] {
      #expect(place("films", Self.temporary, target) == nil, "\(target)")
    }
    for temporary in [
      "", "film.mp4", ".http-runner-", ".http-runner-../x", ".http-runner-a/b", ".http-runner-a\0",
      ".http-runner-é", ".http-runner-" + long, ".http-runner-a b",
    ] {
      #expect(place("films", temporary) == nil, "\(temporary)")
    }
  }

  // Proves P-443.
  @Test func `a request with such a part is refused on the wire, field by field`() throws {
    let place = try #require(self.place())
    let request = Request.settle(
      ResultRequest(
        requestID: 1, entry: EntryID(index: 0), action: .publish, place: place))
    let read = { (bytes: [UInt8]) throws in
      var cursor = WireCursor(bytes)
      _ = try cursor.u32()
      return try Request.read(.settle, from: &cursor)
    }
    #expect(try read(request.bytes) == request)
    // The last byte is one of the target's name.
    var bytes = request.bytes
    bytes[bytes.count - 1] = UInt8(ascii: "/")
    #expect(throws: WireError.badValue("place")) { try read(bytes) }
    bytes = request.bytes
    bytes[4 + 8 + 8] = 5
    #expect(throws: WireError.badValue("result")) { try read(bytes) }
    bytes = request.bytes
    bytes[4] = 0
    #expect(throws: WireError.badValue("result")) { try read(bytes) }
  }

  private func outputs(_ arguments: [String], _ allow: [[String]]) throws -> [ArgumentOutput] {
    var rules = ArgumentRules()
    rules.allow = allow
    let compiled = try CompiledArgumentRules(rules)
    var policy = EntryPolicy(path: "/x")
    policy.writePaths = ["/srv/out", "/srv/out/inner"]
    let list = try #require(ArgumentList(arguments))
    try compiled.check(list, in: policy.argumentFolders)
    return compiled.outputs(of: list, in: policy.argumentFolders)
  }

  @Test func `results are found where they stand, by the row that fits`() throws {
    let found = try outputs(
      ["-i", "/srv/out/a.mp4", "--to=/srv/out/b.tar.gz", "-y", "/srv/out/inner/c"],
      [["-i", "{path:read}"], ["-y"], ["--to={output:write:.tar.gz}"], ["{output:write}"]])
    #expect(found.map(\.path) == ["/srv/out/b.tar.gz", "/srv/out/inner/c"])
    #expect(found.map(\.index) == [2, 4] && found.map(\.offset) == [5, 0])
    #expect(found.map(\.ending) == [".tar.gz", ""])
    #expect(try outputs(["-y"], [["-y"]]) == [])
  }

  @Test(
    arguments: [
      ("a.mp4", ".mp4"), ("a", ""), (".a", ""), ("a.", "."), ("a.b.mkv", ".mkv"), ("a.é", ""),
      ("a.b c", ""), ("a.c:d", ""), ("a." + String(repeating: "x", count: 24), ""),
    ])
  func `a temporary name has the end by which programs choose a format`(
    _ name: String, _ ending: String
  ) throws {
    #expect(try outputs(["/srv/out/\(name)"], [["{output:write}"]]).map(\.ending) == [ending])
  }

  @Test func `the innermost folder of policy counts, and what lies beneath it`() throws {
    var policy = EntryPolicy(path: "/x")
    policy.writePaths = ["/srv", "/srv/out"]
    let place = try #require(
      policy.argumentFolders.place(of: "/srv/out/a/b/c.mp4", temporaryName: Self.temporary))
    #expect(place.folder == 1 && place.directory == "a/b" && place.targetName == "c.mp4")
    #expect(policy.argumentFolders.place(of: "/etc/x", temporaryName: Self.temporary) == nil)
  }

  @Test func `a result is one file to write`() {
    for pattern in ["{output:read}", "{output}", "{output:write:%.png}", "{output:write}x"] {
      #expect(throws: ArgumentPattern.ParseError.self) { try ArgumentPattern(pattern) }
    }
  }
}
