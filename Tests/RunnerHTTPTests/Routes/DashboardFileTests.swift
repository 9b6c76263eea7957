import RunnerCore
import Testing

@testable import RunnerHTTP

/// The files of the dashboard, and what browsers are told to do with them.
struct DashboardFileTests {
  private static let html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"

  private static func text(_ file: DashboardFile) -> String {
    String(decoding: file.bytes, as: UTF8.self)
  }

  @Test func `a browser gets the page, and who takes no HTML what it always got`() async throws {
    let (page, known, other, head) = try await TestServer.run { server in
      let page = try server.get("/", Self.html)
      let tag = page.fields["etag"] ?? ""
      return (
        page, try server.get("/", Self.html + "If-None-Match: \(tag)\r\n"),
        try server.get("/", "Accept: */*\r\n"),
        try server.ask("HEAD / HTTP/1.1\r\nHost: localhost\r\n\(Self.html)\r\n")
      )
    }
    #expect(page.status == 200 && page.fields["content-type"] == "text/html; charset=utf-8")
    #expect(page.text == Self.text(.page))
    #expect(page.fields["vary"] == "Accept" && page.fields["cache-control"] == "no-cache")
    #expect(known.status == 304 && known.text.isEmpty)
    #expect(other.status == 405 && other.fields["allow"] == "POST")
    #expect(head.status == 200)
  }

  // Proves P-573.
  @Test(arguments: DashboardFile.allCases)
  func `each file is served under the strict policy`(file: DashboardFile) async throws {
    let answer = try await TestServer.run { server in
      file == .page ? try server.get("/", Self.html) : try server.get("/ui/" + file.rawValue)
    }
    #expect(answer.status == 200 && answer.body == file.bytes && !file.bytes.isEmpty)
    #expect(answer.fields["content-type"] == file.contentType)
    #expect(answer.fields["x-content-type-options"] == "nosniff")
    let policy = try #require(answer.fields["content-security-policy"])
    for part in [
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
      "img-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ] { #expect(policy.contains(part)) }
    #expect(!policy.contains("unsafe") && !policy.contains("*"))
  }

  @Test(arguments: ["/ui/", "/ui/index.html", "/ui/none.js", "/ui/../main.js", "/ui/a/main.js"])
  func `nothing else is below it`(target: String) async throws {
    let answer = try await TestServer.run { server in try server.get(target) }
    #expect(answer.status == 404)
  }

  // Proves P-574.
  @Test func `all files together are small, and make no markup of any text`() {
    #expect(DashboardFile.allCases.map(\.bytes.count).reduce(0, +) < 200_000)
    for file in DashboardFile.allCases where file.rawValue.hasSuffix(".js") {
      let text = Self.text(file)
      for sink in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
        "setAttribute(\"style\"", "setAttribute(\"on", "javascript:", "srcdoc",
      ] { #expect(!text.contains(sink), "\(file.rawValue): \(sink)") }
    }
    let page = Self.text(.page)
    #expect(!page.contains(" on") && !page.contains("style=") && !page.contains("<script>"))
  }

  @Test func `the files name each other, and nothing that is not there`() {
    var named: Set<String> = ["index.html", "worker.js"]
    for file in DashboardFile.allCases {
      for match in Self.text(file).matches(of: /"(?:\.\/|ui\/)([a-z]+\.(?:js|css|svg))"/) {
        named.insert(String(match.output.1))
      }
    }
    #expect(named == Set(DashboardFile.allCases.map(\.rawValue)))
  }

  @Test func `each text is there in each language`() {
    let text = Self.text(.text)
    let rows = text.matches(of: /\n  (\w+): \[([^\]]*)\]/)
    #expect(rows.count > 100)
    for row in rows {
      let count = row.output.2.matches(of: /"(?:[^"\\]|\\.)*"/).count
      #expect(count == 2, "\(row.output.1)")
    }
    // Each that is asked for by its name has a row.
    let names = Set(rows.map { String($0.output.1) })
    for file in DashboardFile.allCases where file.rawValue.hasSuffix(".js") {
      for call in Self.text(file).matches(of: /\bt\("(\w+)"/) {
        #expect(names.contains(String(call.output.1)), "\(file.rawValue): \(call.output.1)")
      }
    }
  }

  @Test func `a job is read without its output, also one that has ended`() async throws {
    let (whole, without) = try await TestServer.run { server in
      let path = try server.submit("print secret")
      return (try server.ended(path), try server.get(path + "?output=0"))
    }
    #expect(whole.text.contains(#""stdout":"secret"#))
    #expect(without.status == 200 && without.text.hasPrefix(#"{"id":"#))
    #expect(!without.text.contains("stdout") && without.text.contains(#""outcome":"exited""#))
    #expect(without.fields["x-job-outcome"] == whole.fields["x-job-outcome"])
  }
}
