import RunnerCore
import Testing

/// Waiting, cancelling, deleting, listing, and raw output, over the wire.
struct JobLifeTests {
  private static let program = TestServer.program

  @Test(arguments: ["/?wait=5", "/"])
  func `who waits gets the finished job`(target: String) async throws {
    let answer = try await TestServer.run { server in
      let body = #"{"command":"\#(Self.program)","args":"print x"}"#
      return try server.ask(
        """
        POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r
        Prefer: respond-async, wait=5\r\n\r\n\(body)
        """)
    }
    #expect(answer.status == 200 && answer.text.contains(#""outcome":"exited""#))
    #expect(answer.fields["preference-applied"] == "wait=5")
  }

  @Test func `who waited in vain gets the job as it is`() async throws {
    let statuses = try await TestServer.run { server in
      let path = try server.submit("hold")
      return [
        try server.get(path + "?wait=1").status, try server.get(path + "?wait=61").status,
        try server.get(path + "?wait=x").status,
      ]
    }
    #expect(statuses == [200, 400, 400])
  }

  @Test func `a cancelled job ends, and asking again is as good`() async throws {
    let (statuses, text) = try await TestServer.run { server in
      let path = try server.submit("hold")
      let cancel = "POST \(path)/cancel HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
      let delete = "DELETE \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
      var statuses = [try server.ask(delete).status, try server.ask(cancel).status]
      let text = try server.get(path + "?wait=10").text
      statuses += [try server.ask(cancel).status, try server.ask(delete).status]
      statuses += [try server.ask(delete).status, try server.ask(cancel).status]
      return (statuses, text)
    }
    #expect(statuses == [409, 202, 202, 204, 404, 404])
    #expect(text.contains(#""outcome":"cancelled""#))
  }

  @Test(
    arguments: [
      ("", 200, "0123456789", nil), ("bytes=2-4", 206, "234", "bytes 2-4/10"),
      ("bytes=8-", 206, "89", "bytes 8-9/10"), ("bytes=-3", 206, "789", "bytes 7-9/10"),
      ("bytes=0-99", 206, "0123456789", "bytes 0-9/10"), ("bytes=10-", 416, nil, "bytes */10"),
      ("bytes=-0", 416, nil, "bytes */10"), ("bytes=4-2", 200, "0123456789", nil),
      ("bytes=0-1,3-4", 200, "0123456789", nil), ("lines=1-2", 200, "0123456789", nil),
      ("bytes=99999999999999999999-", 200, "0123456789", nil),
    ] as [(String, Int, String?, String?)])
  func `output is read as it was written, whole or in part`(
    range: String, status: Int, text: String?, contentRange: String?
  ) async throws {
    let answer = try await TestServer.run { server in
      let path = try server.submit("print 0123456789")
      _ = try server.ended(path)
      return try server.get(path + "/stdout", range.isEmpty ? "" : "Range: \(range)\r\n")
    }
    #expect(answer.status == status)
    if let text {
      #expect(answer.text == text)
      #expect(answer.fields["content-type"] == "application/octet-stream")
    }
    #expect(answer.fields["content-range"] == contentRange)
  }

  @Test func `long output is the same as a range as in pieces`() async throws {
    let (whole, part) = try await TestServer.run { server in
      let path = try server.submit("fill 300000")
      _ = try server.ended(path)
      return (
        try server.get(path + "/stdout").body,
        try server.get(path + "/stdout", "Range: bytes=65000-200000\r\n").body
      )
    }
    #expect(whole.count == 300_000 && part.elementsEqual(whole[65_000...200_000]))
  }

  @Test func `jobs are listed, newest first, without their output`() async throws {
    let (all, page, labelled, refused) = try await TestServer.run { server in
      for name in ["a", "b", "c"] { _ = try server.ended(try server.submit("print \(name)")) }
      let labelled = try server.post(
        #"{"command":"\#(Self.program)","labels":{"k":"v w"}}"#)
      let all = try server.get("/jobs")
      return (
        all, try server.get("/jobs?limit=1"), (labelled, try server.get("/jobs?label=k%3Av+w")),
        try [
          "/jobs?x=1", "/jobs?limit=0", "/jobs?limit=501", "/jobs?status=dead", "/jobs?after=z",
          "/jobs?label=k", "/jobs?limit=1&limit=2", "/jobs?label=%zz",
        ].map {
          try server.get($0).status
        }
      )
    }
    #expect(all.status == 200 && all.text.hasSuffix(#""next":null}"#))
    #expect(!all.text.contains("stdout") && all.text.contains(#""arguments":["print","c"]"#))
    #expect(
      page.text.hasSuffix(#""next":"\#(labelled.0.fields["location"] ?? "")"}"#))
    #expect(labelled.1.text.contains(#""labels":{"k":"v w"}"#))
    #expect(!labelled.1.text.contains("print"))
    #expect(Set(refused) == [400])
  }

  @Test func `a key makes a repeated request one job`() async throws {
    let (first, again, other, bad) = try await TestServer.run { server in
      let body = #"{"command":"\#(Self.program)","args":"hold"}"#
      return (
        try server.post(body, "Idempotency-Key: \"abc\"\r\n"),
        try server.post(body, "Idempotency-Key: abc\r\n"),
        try server.post(#"{"command":"\#(Self.program)"}"#, "Idempotency-Key: abc\r\n").status,
        try server.post(body, "Idempotency-Key: a\r\nIdempotency-Key: b\r\n").status
      )
    }
    #expect(first.status == 202 && first.fields["location"] == again.fields["location"])
    #expect(other == 422 && bad == 400)
  }

  @Test(arguments: [
    #""priority":11"#, #""priority":"high""#, #""labels":["a"]"#, #""labels":{"a":1}"#,
    #""labels":{"a:b":"c"}"#, #""labels":{"":"c"}"#, #""stdin":1"#, #""stdinBase64":"a""#,
    #""stdinBase64":"YR=="#, #""stdin":"a","stdinBase64":"YQ==""#,
  ])
  func `what a job cannot have is refused by field`(member: String) async throws {
    let answer = try await TestServer.run { server in
      try server.post(#"{"command":"\#(Self.program)",\#(member)}"#)
    }
    #expect(answer.status == 400)
  }
}
