import Glibc
import RunnerCore
import Testing

@testable import RunnerCallbacks

/// What a receiver gets, to the byte.
struct CallbackRequestTests {
  private func delivered(
    stdout: [UInt8], path: String = "/done"
  ) async throws -> (Receiver.Request, JobSnapshot) {
    let receiver = try Receiver()
    defer { receiver.close() }
    let job = try await FinishedJobs.job(receiver.url(path), stdout: stdout)
    var request: Receiver.Request?
    try await FinishedJobs.deliver([job]) { sender, log in
      request = try await receiver.requests.wait(for: 1)[0]
      await sender.stop()
      #expect(log.lines.all == [])
    }
    #expect(receiver.connections.all.count == 1)
    return (try #require(request), job)
  }

  @Test func `the header lines are those of the original and of Standard Webhooks`() async throws {
    let before = time(nil)
    let (request, job) = try await delivered(stdout: Array("made\n".utf8))
    let names = request.lines.dropFirst().map { $0.prefix { $0 != ":" }.lowercased() }
    #expect(
      names.sorted() == [
        "accept", "content-length", "content-type", "host", "user-agent", "webhook-id",
        "webhook-timestamp", "x-notify-timestamp",
      ])
    #expect(request.values(of: "webhook-id") == [job.id.description])
    #expect(request.lines.first == "POST /done HTTP/1.1")
    #expect(request.values(of: "Content-Type") == ["application/json"])
    #expect(request.values(of: "Accept") == ["application/json"])
    #expect(request.values(of: "User-Agent") == ["http-runner"])
    #expect(request.values(of: "Content-Length") == ["\(JobDocument(job).bytes().count)"])
    let stamp = try #require(request.values(of: "X-Notify-Timestamp").first.flatMap { Int($0) })
    #expect((before * 1000...(time(nil) + 1) * 1000).contains(stamp))
    #expect(request.values(of: "webhook-timestamp") == ["\(stamp / 1000)"])
  }

  @Test(arguments: [
    Array("plain".utf8), [], Array("héllo ✓ 🎬 \"quoted\" \\ \u{1}".utf8), [0xff, 0xfe, 0xe2, 0x82],
    [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20),
    [UInt8](repeating: 0x07, count: 1 << 20),
  ])
  func `the body is the finished job`(stdout: [UInt8]) async throws {
    let (request, job) = try await delivered(stdout: stdout)
    let expected = JobDocument(job).bytes()
    #expect(request.body == expected)
    #expect(request.values(of: "Content-Length") == ["\(expected.count)"])
    #expect(request.values(of: "Expect") == [])
    #expect(request.values(of: "Transfer-Encoding") == [])
  }

  @Test func `the path and the query are kept and the fragment is not`() async throws {
    let (request, _) = try await delivered(stdout: [], path: "/a%20b/é?key=1&q=ü#part")
    #expect(request.lines.first == "POST /a%20b/%c3%a9?key=1&q=%c3%bc HTTP/1.1")
  }

  @Test func `a URL without a path is asked for its root`() async throws {
    let (request, _) = try await delivered(stdout: [], path: "")
    #expect(request.lines.first == "POST / HTTP/1.1")
  }

  @Test func `user name and password in the URL are not sent`() async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let url = "http://user:secret@127.0.0.1:\(receiver.port)/done"
    try await FinishedJobs.deliver([try await FinishedJobs.job(url)]) { _, _ in
      let request = try await receiver.requests.wait(for: 1)[0]
      #expect(request.values(of: "Authorization") == [])
      #expect(request.values(of: "Host") == ["127.0.0.1:\(receiver.port)"])
    }
  }

  @Test func `each delivery has a connection of its own`() async throws {
    let receiver = try Receiver(.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    defer { receiver.close() }
    var limits = CallbackLimits()
    limits.inFlightMax = 1
    let job = try await FinishedJobs.job(receiver.url())
    try await FinishedJobs.deliver([job, job, job], limits: limits) { _, _ in
      _ = try await receiver.requests.wait(for: 3)
    }
    #expect(receiver.connections.all.count == 3)
  }

  @Test func `jobs handed over before the start are delivered after it`() async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let sender = CallbackSender(log: RecordedLog())
    sender.send(try await FinishedJobs.job(receiver.url())) { _ in }
    try sender.start()
    try sender.start()
    _ = try await receiver.requests.wait(for: 1)
    await sender.stop()
    #expect(receiver.requests.all.count == 1)
  }
}
