import Glibc
@testable import SandboxBase
import Testing

/// What becomes of descriptors that come with a message.
struct ChannelMessageTests {
  /// A pipe whose write end has gone through a channel, and is held by its message only.
  private final class Sent {
    let reader: CInt
    var message: Channel.Message?

    init() throws {
      var ends: [CInt] = [-1, -1]
      try #require(unsafe pipe(&ends) == 0)
      let pair = try Channel.pair()
      try pair.ours.send([1], descriptors: [ends[1]])
      close(ends[1])
      var buffer = [UInt8](repeating: 0, count: 8)
      message = try pair.theirs.receive(using: &buffer, waits: true)
      reader = ends[0]
      _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }

    deinit { close(reader) }

    /// Whether nobody can write any more.
    var isShut: Bool {
      var byte: UInt8 = 0
      return unsafe read(reader, &byte, 1) == 0
    }
  }

  @Test func `a message that is dropped leaves no descriptor open`() throws {
    let sent = try Sent()
    #expect(!sent.isShut && sent.message?.descriptors.fds.count == 1)
    sent.message = nil
    #expect(sent.isShut)
  }

  @Test func `a descriptor that is handed on outlives its message, and is closed once`() throws {
    let sent = try Sent()
    let taken = sent.message?.descriptors.removeFirst()
    sent.message = nil
    #expect(!sent.isShut)
    _ = consume taken
    #expect(sent.isShut)
  }
}
