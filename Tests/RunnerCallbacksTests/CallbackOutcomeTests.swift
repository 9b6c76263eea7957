import Glibc
import RunnerCore
import Testing

@testable import RunnerCallbacks

/// What a try is said to have come to.
struct CallbackOutcomeTests {
  private func outcome(_ answer: String) async throws -> CallbackResult {
    let receiver = try Receiver(.answers(answer))
    defer { receiver.close() }
    return try await FinishedJobs.outcome(receiver.url()).result
  }

  @Test func `a status, and when to come again, in both forms`() async throws {
    let head = "HTTP/1.1 503 No\r\nContent-Length: 0\r\nRetry-After: "
    #expect(
      try await outcome("\(head)120\r\n\r\n") == .answered(status: 503, retryAfterSeconds: 120))
    var later = time(nil) + 500
    var parts = unsafe tm()
    unsafe gmtime_r(&later, &parts)
    var text = [CChar](repeating: 0, count: 64)
    unsafe strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    let date = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard
      case .answered(503, let seconds?) = try await outcome("\(head)\(date)\r\n\r\n")
    else {
      Issue.record("\(date) was not read")
      return
    }
    #expect((400...500).contains(seconds))
    for bad in ["soon", "-5", ""] {
      let result = try await outcome("\(head)\(bad)\r\n\r\n")
      #expect(result == .answered(status: 503, retryAfterSeconds: nil), "\(bad)")
    }
  }

  @Test func `each kind of failure has its word`() async throws {
    let (descriptor, port) = try Socket.bound(listening: false)
    defer { close(descriptor) }
    #expect(
      try await FinishedJobs.outcome("http://127.0.0.1:\(port)/").result == .failed(.connection))
    #expect(try await FinishedJobs.outcome("http://no.invalid/").result == .failed(.name))
    #expect(try await outcome("220 mail\r\nready\r\n") == .failed(.reply))
    let silent = try Receiver(.isSilent)
    defer { silent.close() }
    var limits = CallbackLimits()
    limits.totalMilliseconds = 100
    #expect(
      try await FinishedJobs.outcome(silent.url(), limits: limits).result == .failed(.timeout))
    let plain = try Receiver(.answers("no TLS at all\r\n\r\n"))
    defer { plain.close() }
    let url = "https://127.0.0.1:\(plain.port)/"
    #expect(try await FinishedJobs.outcome(url, limits: limits).result != .failed(.reply))
  }
}
