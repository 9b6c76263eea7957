import CCurl
import Glibc
import Testing

@testable import RunnerCallbacks

/// Proxies of the environment. Each test is a process of its own: the environment belongs to all
/// threads of one.
struct CallbackProxyTests {
  private static func pointProxies(at proxy: Receiver) {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
      unsafe setenv(name, proxy.url(""), 1)
    }
    unsafe unsetenv("no_proxy")
    unsafe unsetenv("NO_PROXY")
  }

  // Proves P-057.
  @Test func `a proxy of the environment is not used`() async {
    await #expect(processExitsWith: .success) {
      let proxy = try Receiver()
      let receiver = try Receiver()
      Self.pointProxies(at: proxy)
      try await FinishedJobs.deliver([try await FinishedJobs.job(receiver.url())]) { _, _ in
        _ = try await receiver.requests.wait(for: 1)
      }
      #expect(proxy.connections.all.isEmpty)
    }
  }

  @Test func `the same environment does lead an ordinary handle to the proxy`() async {
    await #expect(processExitsWith: .success) {
      let proxy = try Receiver()
      let receiver = try Receiver()
      Self.pointProxies(at: proxy)
      let easy = unsafe try #require(unsafe curl_easy_init())
      defer { unsafe curl_easy_cleanup(easy) }
      _ = unsafe ccurl_set_text(easy, CURLOPT_URL, receiver.url())
      _ = unsafe curl_easy_perform(easy)
      #expect(proxy.connections.all.count == 1)
      #expect(receiver.connections.all.isEmpty)
    }
  }
}
