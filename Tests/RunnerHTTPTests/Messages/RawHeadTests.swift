import Testing

@testable import RunnerHTTP

struct RawHeadTests {
  /// The library's view: `_` stands for the NUL that it writes.
  private static func isSound(_ head: String) -> Bool {
    let bytes = head.utf8.map { $0 == UInt8(ascii: "_") ? 0 : $0 }
    return RawHead.isSound(bytes.span, methodBytes: 3, targetBytes: 1, versionOffset: 6)
  }

  @Test(arguments: [
    "GET_/_HTTP/1.1____", "GET_/_HTTP/1.1__A_ b____", "GET_/_HTTP/1.1__A___B_c____",
  ])
  func `a head with one end a line is sound`(head: String) {
    #expect(Self.isSound(head))
  }

  @Test(arguments: [
    "GET_/_HTTP/1.1", "GET_/_HTTP/1.1_", "GET_/_HTTP/1.1__", "GET_/_HTTP/1.1___",
    "GET_/_HTTP/1.1_____", "GET_/_HTTP/1.1__A_b__", "GET_/_HTTP/1.1__A_b___",
    "GET_/_HTTP/1.1__A_b_____", "GET_/_HTTP/1.1__A_b_c____", "GET_/_HTTP/1.1__A_b_B_c____",
    "GET_/_HTTP/1.1___ x__", "GET_/_HTTP/1.1_____A_b____", "GET_/_HTTP/1.1__A_b__ c____",
    "GET_/_HTTP/1.1__A", "GET_/_HTTP/1.1__A_",
  ])
  func `anything else is not`(head: String) {
    #expect(!Self.isSound(head))
  }

  @Test(arguments: [(0, 6), (2, 6), (1, 5), (1, 7), (5, 6), (1, 100)])
  func `a target that is longer or shorter than its place is not`(
    targetBytes: Int, versionOffset: Int
  ) {
    let head = "GET_/_HTTP/1.1____".utf8.map { $0 == UInt8(ascii: "_") ? 0 : $0 }
    let isSound = RawHead.isSound(
      head.span, methodBytes: 3, targetBytes: targetBytes, versionOffset: versionOffset)
    #expect(!isSound)
  }
}
