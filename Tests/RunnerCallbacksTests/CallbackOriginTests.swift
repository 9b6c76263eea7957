import CCurl
import RunnerCore
import Testing

@testable import RunnerCallbacks

/// The core groups deliveries by origin without libcurl; what it reads is what libcurl connects to.
struct CallbackOriginTests {
  @Test(arguments: [
    "http://host/", "http://host", "https://host", "http://HOST:8080/a?b#c", "HTTPS://Host.Lan/x",
    "http://host:80/", "https://host:443/?", "http://192.0.2.7:9000/done", "http://[::1]/",
    "http://[2001:DB8::1]:8443/a", "http://host?x=http://other/", "http://host#@other/",
    "http://host/@other:1/", "http://host/a:b@c", "http://host?a@b:2", "https://a.b.c.:1/%20",
  ])
  func `origin and shown URL are those of libcurl`(url: String) throws {
    let target = try CallbackTarget(url)
    let parsed = try CurlURL.parse(url)
    let scheme = try parsed.text(of: CURLUPART_SCHEME).lowercased()
    let host = try parsed.text(of: CURLUPART_HOST).lowercased()
    let port =
      parsed.has(CURLUPART_PORT)
      ? try parsed.text(of: CURLUPART_PORT) : scheme == "https" ? "443" : "80"
    #expect(CallbackURL.origin(of: url) == "\(scheme)://\(host):\(port)")
    // libcurl writes the path that it would ask for where none is given.
    let shown = CallbackURL.redacted(url).lowercased()
    let expected = target.shown.lowercased()
    #expect(shown == expected || "\(shown)/" == expected, "\(shown) and \(expected)")
  }
}
