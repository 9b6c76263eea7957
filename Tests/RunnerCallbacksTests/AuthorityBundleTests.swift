import CCurl
import Testing

@testable import RunnerCallbacks

/// Where the authorities of receivers' certificates are read from.
struct AuthorityBundleTests {
  @Test func `the bundle of the distribution is there, and can stand in for its folder`() throws {
    #expect(AuthorityBundle.isReadable)
    let easy = unsafe try #require(unsafe curl_easy_init())
    defer { unsafe curl_easy_cleanup(easy) }
    let file = unsafe ccurl_set_text(easy, CURLOPT_CAINFO, AuthorityBundle.path)
    let folder = unsafe ccurl_clear_text(easy, CURLOPT_CAPATH)
    #expect(file == CURLE_OK && folder == CURLE_OK)
  }
}
