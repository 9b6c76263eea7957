import Glibc
import RunnerCore
import Testing

@testable import RunnerCallbacks

/// Receivers that are away, slow, or up to something.
struct CallbackFailureTests {
  /// The one line that a delivery to `url` leaves in the log.
  private func line(
    _ url: String, limits: CallbackLimits = CallbackLimits()
  ) async throws -> (line: String, id: JobID) {
    let job = try await FinishedJobs.job(url)
    var line = ""
    try await FinishedJobs.deliver([job], limits: limits) { sender, log in
      line = try await log.lines.wait(for: 1)[0]
      await sender.stop()
      #expect(log.lines.all.count == 1)
    }
    return (line, job.id)
  }

  @Test func `a redirect is not followed`() async throws {
    let other = try Receiver()
    defer { other.close() }
    let answer = "HTTP/1.1 302 Found\r\nLocation: \(other.url())\r\nContent-Length: 0\r\n\r\n"
    let receiver = try Receiver(.answers(answer))
    defer { receiver.close() }
    let (line, id) = try await line(receiver.url())
    #expect(
      line == "warning: callback of job \(id) to \(receiver.url()) failed: "
        + "the receiver answered 302; redirects are not followed")
    #expect(receiver.requests.all.count == 1)
    #expect(other.connections.all.isEmpty)
  }

  @Test func `a refusal is logged with its status`() async throws {
    let receiver = try Receiver(.answers("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"))
    defer { receiver.close() }
    let (line, id) = try await line(receiver.url())
    #expect(
      line == "warning: callback of job \(id) to \(receiver.url()) failed: "
        + "the receiver answered 503")
    #expect(receiver.requests.all.count == 1)
  }

  @Test func `the log shows neither password nor query`() async throws {
    let receiver = try Receiver(.answers("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"))
    defer { receiver.close() }
    let (line, id) = try await line(
      "http://user:secret@127.0.0.1:\(receiver.port)/done?token=hidden#part")
    #expect(
      line == "warning: callback of job \(id) to \(receiver.url()) failed: "
        + "the receiver answered 500")
  }

  @Test func `a refused connection is logged with its reason`() async throws {
    let (descriptor, port) = try Socket.bound(listening: false)
    defer { close(descriptor) }
    let (line, id) = try await line("http://127.0.0.1:\(port)/done")
    #expect(
      line.hasPrefix("warning: callback of job \(id) to http://127.0.0.1:\(port)/done failed"))
    #expect(line.contains("Failed to connect"))
  }

  @Test func `a receiver that never answers is given up in time`() async throws {
    let receiver = try Receiver(.isSilent)
    defer { receiver.close() }
    var limits = CallbackLimits()
    limits.totalMilliseconds = 200
    let start = ContinuousClock.now
    let (line, _) = try await line(receiver.url(), limits: limits)
    #expect(line.contains("timed out"))
    #expect(.now - start >= .milliseconds(200))
  }

  @Test func `a dead receiver does not delay another one`() async throws {
    let dead = try Receiver(.isSilent)
    defer { dead.close() }
    let alive = try Receiver()
    defer { alive.close() }
    var limits = CallbackLimits()
    limits.stopMilliseconds = 0
    let jobs = [try await FinishedJobs.job(dead.url()), try await FinishedJobs.job(alive.url())]
    try await FinishedJobs.deliver(jobs, limits: limits) { _, log in
      _ = try await dead.connections.wait(for: 1)
      _ = try await alive.requests.wait(for: 1)
      #expect(log.lines.all == [])
    }
  }

  @Test func `an endless reply is cut off and counts as what it said first`() async throws {
    let reply = String(repeating: "x", count: 1 << 20)
    let receiver = try Receiver(.answers("HTTP/1.1 200 OK\r\n\r\n\(reply)"))
    defer { receiver.close() }
    let job = try await FinishedJobs.job(receiver.url())
    try await FinishedJobs.deliver([job]) { sender, log in
      _ = try await receiver.requests.wait(for: 1)
      await sender.stop()
      #expect(log.lines.all == [])
    }
  }

  @Test func `an endless header is cut off`() async throws {
    let lines = String(repeating: "X-More: \(String(repeating: "x", count: 1000))\r\n", count: 1000)
    let receiver = try Receiver(.answers("HTTP/1.1 404 No\r\n\(lines)\r\n"))
    defer { receiver.close() }
    let (line, _) = try await line(receiver.url())
    #expect(line.hasSuffix("the receiver answered 404"))
  }

  @Test func `a reply that is not HTTP is logged in one line`() async throws {
    let receiver = try Receiver(.answers("220 mail\r\nready\r\n"))
    defer { receiver.close() }
    let (line, id) = try await line(receiver.url())
    #expect(line.hasPrefix("warning: callback of job \(id) to \(receiver.url()) failed: "))
    #expect(!line.contains("\n") && !line.contains("\r"))
  }

  @Test func `a callback that was never judged is not sent`() async throws {
    let (line, id) = try await line("file:///etc/passwd")
    #expect(line.hasPrefix("warning: callback of job \(id) was not sent: "))
  }
}
