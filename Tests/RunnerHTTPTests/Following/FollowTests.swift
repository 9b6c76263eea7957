import RunnerCore
import RunnerHTTP
import Testing

/// Following one stream of a job, over the wire.
struct FollowTests {
  @Test func `what is there comes first, then what comes, until the job has ended`() async throws {
    let launcher = LiveLauncher()
    let (fields, status) = try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write("first ")
      try launcher.write("no", to: .stderr)
      let client = try FollowClient(server, path + "/stdout?follow=1")
      #expect(try client.text(6) == "first ")
      for count in [1, 2, 5000, 70_000, 200_000] {
        try launcher.write([UInt8](repeating: 0x61, count: count))
        #expect(try client.read(count) == [UInt8](repeating: 0x61, count: count))
      }
      try launcher.write("last")
      try launcher.end()
      #expect(try client.rest() == Array("last".utf8) && client.isWhole)
      // A stream that ended says that the job has.
      #expect(try server.get(path).text.contains(#""outcome":"exited""#))
      return (client.fields, client.status)
    }
    #expect(status == 200)
    #expect(fields["content-type"] == "application/octet-stream")
    #expect(fields["content-length"] == nil && fields["x-accel-buffering"] == "no")
  }

  @Test func `a job that waits is followed from its start`() async throws {
    let launcher = LiveLauncher()
    var limits = EngineLimits()
    limits.runningMax = 1
    try await TestServer.run(limits: limits, launcher: launcher) { server in
      _ = try server.submit("live")
      let path = try server.submit("live")
      let raw = try FollowClient(server, path + "/stderr?follow=1")
      let events = try FollowClient(server, path + "/events")
      #expect(try events.event()?.data.hasPrefix(#"{"status":"queued""#) == true)
      try launcher.end(0)
      #expect(try events.event()?.data.hasPrefix(#"{"status":"running""#) == true)
      try launcher.write("é", to: .stderr, of: 1)
      #expect(try raw.text(2) == "é")
      #expect(try events.event()?.data == #"{"text":"é"}"#)
      try launcher.end(1)
      #expect(try raw.rest() == [] && raw.isWhole)
      #expect(try events.events().map(\.name) == ["status", "end"] && events.isWhole)
    }
  }

  @Test func `a job that never ran has nothing to follow, and that comes to its end`() async throws
  {
    let launcher = LiveLauncher()
    var limits = EngineLimits()
    limits.runningMax = 1
    let (raw, events) = try await TestServer.run(limits: limits, launcher: launcher) { server in
      _ = try server.submit("live")
      let path = try server.submit("live")
      let raw = try FollowClient(server, path + "/stdout?follow=1")
      let events = try FollowClient(server, path + "/events")
      let cancel = "POST \(path)/cancel HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
      #expect(try server.ask(cancel).status == 202)
      return (try raw.rest(), try events.events())
    }
    #expect(raw == [])
    #expect(events.map(\.id) == ["1-1-0-0", "1-3-0-0", "1-4-0-0"])
  }

  @Test func `an ended job is sent whole, and says how long it is`() async throws {
    let answers = try await TestServer.run { server in
      let path = try server.submit("print 0123456789")
      try server.awaitEnd(path)
      return try ["", "Range: bytes=4-\r\n", "Range: bytes=10-\r\n"].map {
        try server.get(path + "/stdout?follow=1", $0)
      }
    }
    #expect(answers.map(\.status) == [200, 206, 416])
    #expect(answers[0].text == "0123456789" && answers[1].text == "456789")
  }

  @Test(
    arguments: [
      ("bytes=4-", 206, "456789!", "bytes 4-9007199254740991/*"),
      ("bytes=0-", 206, "0123456789!", "bytes 0-9007199254740991/*"),
      ("bytes=10-9007199254740991", 206, "!", "bytes 10-9007199254740991/*"),
      ("bytes=4-8", 200, "0123456789!", nil), ("bytes=-3", 200, "0123456789!", nil),
      ("bytes=1-,2-", 200, "0123456789!", nil),
    ] as [(String, Int, String, String?)])
  func `a stream that goes on is followed from a byte on`(
    range: String, status: Int, text: String, contentRange: String?
  ) async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write("0123456789")
      let client = try FollowClient(server, path + "/stdout?follow=1", "Range: \(range)\r\n")
      try launcher.write("!")
      try launcher.end()
      #expect(client.status == status && client.fields["content-range"] == contentRange)
      #expect(String(decoding: try client.rest(), as: UTF8.self) == text)
    }
  }

  @Test func `what cannot be followed is refused at once`() async throws {
    let launcher = LiveLauncher()
    let (answers, unsatisfiable) = try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write("0123456789")
      let none = "/" + JobID.random().description
      return (
        try [
          path + "/stdout?follow=2", path + "/stdout?follow", path + "/stdout?x=1",
          path + "/stdout?follow=1&follow=1", path + "/events?follow=1",
          none + "/stdout?follow=1", none + "/events",
        ].map { try server.get($0).status },
        try ["bytes=11-", "bytes=9007199254740992-"].map {
          try server.get(path + "/stdout?follow=1", "Range: \($0)\r\n")
        }
      )
    }
    #expect(answers == [400, 400, 400, 400, 400, 404, 404])
    #expect(unsatisfiable.map(\.status) == [416, 416])
    #expect(unsatisfiable.map { $0.fields["content-range"] } == ["bytes */10", "bytes */10"])
  }

  @Test(arguments: ["/stdout?follow=1", "/events"])
  func `HEAD waits for nothing`(target: String) async throws {
    let launcher = LiveLauncher()
    let head = try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      let client = try server.client()
      client.send("HEAD \(path)\(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return try client.everything()
    }
    #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("\r\nConnection: close\r\n"))
    #expect(head.hasSuffix("\r\n\r\n") && !head.contains("Length") && !head.contains("chunked"))
  }

  // Without a length or chunks, the end of the connection is all that HTTP/1.0 has for the end.
  @Test func `a client of HTTP 1.0 follows no job that lives, and gets an ended one whole`()
    async throws
  {
    let launcher = LiveLauncher()
    let (live, ended) = try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      let request = "GET \(path)/stdout?follow=1 HTTP/1.0\r\nHost: localhost\r\n\r\n"
      try launcher.write("plain")
      let live = try server.ask(request)
      try launcher.end()
      try server.awaitEnd(path)
      return try (live, server.ask(request))
    }
    #expect(live.status == 426 && live.fields["upgrade"] == "HTTP/1.1")
    #expect(live.fields["connection"]?.contains("Upgrade") == true)
    #expect(live.text.contains("proxy_http_version 1.1"))
    #expect(ended.status == 200 && ended.text == "plain" && ended.fields["content-length"] == "5")
  }

  @Test func `the connection goes on behind a followed answer`() async throws {
    let launcher = LiveLauncher()
    let text = try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      let client = try server.client()
      client.send("GET \(path)/stdout?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
      // Of a job that has ended the answer would be one with a length.
      var text = ""
      while !text.contains("\r\n\r\n") {
        text += String(decoding: try #require(try client.more()), as: UTF8.self)
      }
      try launcher.write("followed")
      // The job lives until the client follows it.
      while !text.contains("followed"), let bytes = try client.more() {
        text += String(decoding: bytes, as: UTF8.self)
      }
      try launcher.end()
      client.send("GET \(path)/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      return try text + client.everything()
    }
    #expect(text.contains("\r\n\r\n8\r\nfollowed\r\n0\r\n\r\nHTTP/1.1 404 Not Found\r\n"))
  }

  @Test func `events go on behind the last that a client had`() async throws {
    let launcher = LiveLauncher()
    try await TestServer.run(launcher: launcher) { server in
      let path = try server.submit("live")
      try launcher.write("one")
      let first = try FollowClient(server, path + "/events")
      let told = [try first.event(), try first.event(), try first.event()].compactMap(\.self)
      #expect(told.last?.data == #"{"text":"one"}"#)
      let again = try FollowClient(server, path + "/events", "Last-Event-ID: \(told[2].id)\r\n")
      #expect(again.fields["content-type"] == "text/event-stream")
      try launcher.write("two")
      #expect(try again.event()?.data == #"{"text":"two"}"#)
      #expect(try first.event()?.data == #"{"text":"two"}"#)
      try launcher.end()
      let rest = try again.events()
      #expect(rest == (try first.events()) && rest.map(\.name) == ["status", "end"])
      let over = try server.get(path + "/events", "Last-Event-ID: \(rest[1].id)\r\n")
      #expect(over.status == 204, "so that a browser does not come again for ever")
      let beyond = try server.get(path + "/events", "Last-Event-ID: 1-2-7-0\r\n")
      #expect(beyond.status == 400 && beyond.text.contains(#""field":"Last-Event-ID""#))
      #expect(beyond.text.contains("beyond the end of stdout, which has 6 bytes"))
      let twice = "Last-Event-ID: 1-2-0-0\r\nLast-Event-ID: 1-2-0-0\r\n"
      #expect(try server.get(path + "/events", twice).status == 400)
    }
  }
}
