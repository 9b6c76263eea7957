import RunnerCore
import Synchronization
import Testing

@testable import RunnerHTTP

/// `?collapse=1`: of each line its last state, while it is sent.
struct CollapsedOutputTests {
  private static let progress = "frame=1\rframe=2\rframe=3\ndone\n10%\r20%"

  // Proves P-217.
  @Test func `an ended job is sent with the last state of each line, and kept as it was`()
    async throws
  {
    let launcher = LiveLauncher()
    let answers = try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write(Self.progress)
      try launcher.end()
      try server.awaitEnd(path)
      return try ["?collapse=1", "?collapse=1&follow=1", "?collapse=0", ""].map {
        try server.get(path + "/stdout" + $0, "Range: bytes=0-4\r\n")
      }
    }
    // Ranges of what is made on its way are not given.
    #expect(answers.map(\.status) == [200, 200, 206, 206])
    for answer in answers[..<2] {
      #expect(answer.text == "frame=3\ndone\n20%")
      #expect(answer.fields["accept-ranges"] == nil && answer.fields["etag"] == nil)
    }
    #expect(answers[3].text == "frame")
  }

  // Proves P-217.
  @Test func `a follower gets each line once it is complete`() async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      let client = try FollowClient(server, path + "/stdout?follow=1&collapse=1")
      try launcher.write("1%\r2%\r")
      try launcher.write("3%\n4%")
      #expect(try client.text(3) == "3%\n")
      try launcher.write("\r5%")
      try launcher.end()
      #expect(try client.rest() == Array("5%".utf8) && client.isWhole)
    }
  }

  /// Gives the same progress for ever.
  private struct Progress: FollowSource {
    mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
      .bytes(Array(repeating: UInt8(ascii: "\r"), count: bytesMax)[...])
    }
  }

  @Test func `a step ends after some bytes of which nothing is sent, and there is another`() async {
    let (steps, next) = AsyncStream<Void>.makeStream()
    var output = CollapsedOutput(Progress(), wake: { next.yield() })
    var wakes = steps.makeAsyncIterator()
    for _ in 1...3 {
      guard case .wait = output.next(bytesMax: 4096, isHeartbeatDue: false) else {
        Issue.record("a step gave bytes")
        return
      }
      await wakes.next()
    }
  }
}
