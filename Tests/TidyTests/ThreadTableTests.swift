import Testing

struct ThreadTableTests {
  @Test func `the threads of the page are those of the code, and each is asserted`() throws {
    let page = try #require(Repository.text(ThreadTable.page))
    let code = try #require(Repository.text(ThreadTable.code))
    #expect(ThreadTable.roles(in: code).count > 5)
    expectNone(ThreadTable.findings(page: page, code: code, sources: Repository.sources))
  }

  @Test func `a thread that only one of them knows, or that nothing asserts, is found`() {
    let code = """
      case .one: "first"
      case .two: "second thread"
      package var mayWaitForDisk: Bool {
      case .one: false
      case .two: true
      """
    let page = """
      | Thread | May block on |
      |---|---|
      | first | epoll; no disk |
      | second thread | the disk |
      | tasks | nothing |

      | From | To |
      |---|---|
      | other | table |
      """
    let user = SourceFile(
      path: "Sources/a.swift",
      text: "ThreadRole.one.assertCurrent()\nThreadRole.two.assertCurrent()")
    #expect(ThreadTable.findings(page: page, code: code, sources: [user]).isEmpty)
    let less = page.replacing("| first | epoll; no disk |\n", with: "")
    #expect(!ThreadTable.findings(page: less, code: code, sources: [user]).isEmpty)
    let other = page.replacing("epoll; no disk", with: "the disk")
    #expect(ThreadTable.findings(page: other, code: code, sources: [user]).count == 1)
    #expect(ThreadTable.findings(page: page, code: code, sources: []).count == 2)
  }
}
