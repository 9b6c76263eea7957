import CCurl
import Glibc
import Testing

@testable import RunnerCallbacks

/// Where the authorities of receivers' certificates are read from.
struct AuthorityBundleTests {
  @Test func `the bundle of the distribution is found where libcurl looks for it`() {
    let isThere = unsafe access("/etc/ssl/certs/ca-certificates.crt", R_OK) == 0
    #expect(AuthorityBundle.isReadable == isThere)
  }

  @Test func `the folder beside it can be left out`() throws {
    let easy = unsafe try #require(unsafe curl_easy_init())
    defer { unsafe curl_easy_cleanup(easy) }
    let code = unsafe ccurl_clear_text(easy, CURLOPT_CAPATH)
    #expect(code == CURLE_OK)
  }
}
