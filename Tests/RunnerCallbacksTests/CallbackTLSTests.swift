import CCurl
import Glibc
import Testing

@testable import RunnerCallbacks

/// Receivers whose certificate nobody vouches for.
struct CallbackTLSTests {
  /// Serves one TLS connection at a time while `body` runs.
  ///
  /// - Returns: what clients sent under TLS, one element for each connection.
  private func serving(
    _ body: (_ url: String, _ heard: Recorder<[UInt8]>) async throws -> Void
  ) async throws {
    let (listener, port) = try Socket.bound(listening: true)
    let heard = Recorder<[UInt8]>()
    let join = try Socket.thread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        do {
          heard.record(try GnuTLSServer().converse(on: connection, answer: Receiver.accepted))
        } catch {
          heard.record(Array("\(error)".utf8))
        }
        close(connection)
      }
    }
    defer {
      shutdown(listener, CInt(SHUT_RDWR))
      join()
      close(listener)
    }
    try await body("https://127.0.0.1:\(port)/done", heard)
  }

  @Test func `a receiver that signed its own certificate gets nothing`() async throws {
    try await serving { url, heard in
      let job = try await FinishedJobs.job(url)
      try await FinishedJobs.deliver([job]) { _, log in
        let line = try await log.lines.wait(for: 1)[0]
        #expect(line.contains("failed: ") && line.contains("certificate"))
        let bytes = try await heard.wait(for: 1)
        #expect(bytes == [[]])
      }
    }
  }

  @Test func `the same receiver is reached by a client that does not look`() async throws {
    try await serving { url, heard in
      let easy = unsafe try #require(unsafe curl_easy_init())
      defer { unsafe curl_easy_cleanup(easy) }
      _ = unsafe ccurl_set_text(easy, CURLOPT_URL, url)
      _ = unsafe ccurl_set_text(easy, CURLOPT_NOPROXY, "*")
      _ = unsafe ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
      _ = unsafe ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
      _ = unsafe ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
      #expect(unsafe curl_easy_perform(easy) == CURLE_OK)
      let bytes = try await heard.wait(for: 1)[0]
      #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("GET /done HTTP/"))
    }
  }
}
