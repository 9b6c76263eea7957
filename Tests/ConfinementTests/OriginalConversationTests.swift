import TestSupport
import Testing

/// "Kept from the original" in API.md: a recorded conversation with the original, replayed.
///
/// What is promised is compared letter for letter. Where API.md lists a quirk as changed, the
/// recording stands beside what holds today.
@Suite(.conversation)
struct OriginalConversationTests {
  static func exchanges() -> [Exchange] { (try? Recording.original.get().exchanges) ?? [] }

  @Test(arguments: exchanges())
  func `the conversation with the original goes as recorded`(_ exchange: Exchange) throws {
    let server = try #require(SharedServer.current).server
    var replay = Replay(
      exchange: exchange, server: server, folder: try ConversationFolder.path(),
      receiver: try CallbackReceiver())
    try replay.run()
  }

  @Test func `the recording is there and whole`() throws {
    let recording = try Recording.original.get()
    #expect(recording.exchanges.count == 59)
    #expect(Set(recording.exchanges.map(\.testDescription)).count == 59, "each has its own name")
  }

  @Test func `an id is 40 small hexadecimal digits, each time others`() throws {
    let server = try #require(SharedServer.current).server
    let ids = try (0..<8).map { _ in try server.submit("/bin/echo") }
    #expect(Set(ids).count == ids.count)
    for id in ids {
      #expect(id.count == 40 && id.allSatisfy { "0123456789abcdef".contains($0) })
      _ = try server.finished(id)
    }
  }

  @Test func `more jobs than are kept push out the oldest that ended, and no live one`() throws {
    let server = try RunningServer(whitelist: ["/bin/echo", "/bin/sleep"], options: ["-n", "2"])
    let live = try server.submit("/bin/sleep", ["60"])
    let ended = try (0..<4).map { number in
      let id = try server.submit("/bin/echo", ["\(number)"])
      _ = try server.finished(id)
      return id
    }
    #expect(try ended.map { try server.client.get("/\($0)").status } == [404, 404, 200, 200])
    #expect(try server.job(live)["code"] == .null)
    #expect(try server.stop() == .exited(0))
  }
}
