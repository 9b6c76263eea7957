import Testing

@testable import SandboxBase
@testable import SandboxLauncher

/// What the sandbox factory takes for a request.
struct FactoryRequestTests {
  private static func request(_ path: String) -> FactoryRequest {
    .spec(
      SandboxSpec(
        namespaces: 0, network: .init(rawValue: 0)!, forbidsMemoryFiles: true,
        forbidsNewCode: true, hasAccountFiles: false, requiresMounts: false, scratchBytes: 0,
        scratchInodes: 0, tree: [.folder(path)], handledFiles: 0, handledPorts: 0, scoped: 0,
        ports: []))
  }

  @Test(arguments: [
    ("/a/b", true), ("/a/..b", true), ("/a/../b", false), ("/a/..", false), ("a", false),
    // A mark that joins with the slash before it into one character of a text.
    ("/a/../\u{301}b", false), ("/a/\u{301}b", true),
  ])
  func `no path of a tree leads out of it`(path: String, isTaken: Bool) {
    let request = Self.request(path)
    #expect((try? FactoryRequest(request.bytes)) == (isTaken ? request : nil))
  }
}
