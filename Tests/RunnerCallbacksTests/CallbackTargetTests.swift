import Testing

@testable import RunnerCallbacks

/// Which URLs a client may give.
struct CallbackTargetTests {
  private let sender = CallbackSender(log: RecordedLog())

  @Test(arguments: [
    "http://127.0.0.1:8080/done", "https://example.org", "HTTP://EXAMPLE.ORG/x?y=1#z",
    "http://[::1]:9000/done", "http://[fd00::1%25lo]/", "http://host/%20?é",
    "http://xn--bcher-kva.example/", "http://my_host.lan:80", "http://h%6Fst/",
  ])
  func `a URL that can be posted to is taken`(url: String) {
    #expect(sender.problem(with: url) == nil)
  }

  @Test(arguments: [
    ("", "begin with http"), ("notaurl", "begin with http"), ("127.0.0.1/", "begin with http"),
    ("file:///etc/passwd", "begin with http"), ("gopher://host/", "begin with http"),
    ("ftp://host/", "begin with http"), ("http:/host/", "begin with http"),
    (" http://host/", "begin with http"), ("httpx://host/", "begin with http"),
    ("http://", "no host"), ("http:///127.0.0.1/", "no host"), ("http://?x", "no host"),
    ("https://#x", "no host"), ("http://:80/", "not a usable URL"),
    ("http://user@/", "not a usable URL"), ("http://host:99999/", "not a usable URL"),
    ("http://host:port/", "not a usable URL"), ("http://[::1/", "not a usable URL"),
    ("http://ho\\st/", "not a usable URL"),
    ("http://user:secret@host.lan/", "a user name or a password"),
    ("http://user@host.lan/", "a user name or a password"),
    ("http://:secret@host.lan/", "a user name or a password"), ("http://host/a b", "a space"),
    ("http://host/\r\nX: y", "control character 13"), ("http://host/\u{0}", "control character 0"),
    ("http://host/\u{7f}", "control character 127"), ("http://bücher.example/", "as xn--"),
    ("http://b%C3%BCcher.example/", "as xn--"), ("http://a~b/", "more than letters"),
    // "The host of the callback holds more", or from libcurl 8 on "Bad hostname" of its own.
    ("http://a%25b/", "host"),
  ])
  func `any other URL is refused with a reason and an example`(
    url: String, reason: String
  ) throws {
    let problem = try #require(sender.problem(with: url))
    #expect(problem.contains(reason))
    #expect(problem.hasSuffix("Example: http://192.0.2.7:8080/done"))
  }

  @Test func `the log shows a URL without user name and password and query and fragment`() throws {
    let target = try CallbackTarget("https://user:secret@Host.lan:8443/a/b?token=1#part")
    #expect(target.url == "https://Host.lan:8443/a/b?token=1")
    #expect(target.shown == "https://Host.lan:8443/a/b")
  }
}
