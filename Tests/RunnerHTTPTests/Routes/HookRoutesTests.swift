import CoreTestSupport
import RunnerAccess
import RunnerCore
import Testing
import TextFormats
import TestSupport

@testable import RunnerHTTP

/// `POST /hooks/<name>` with documents of five senders, in the form that their documentation has;
/// names, hosts and ids are made up.
struct HookRoutesTests {
  private static func word(_ text: String) -> CommandGroup? {
    do throws(CommandWord.ParseError) {
      return CommandGroup([try CommandWord(text)])
    } catch {
      return nil
    }
  }

  private static let command: EntryCommand = {
    var command = EntryCommand(
      name: "print",
      fields: [
        CommandField(name: "input", kind: .path(isWritten: false, endings: [])),
        CommandField(name: "output", kind: .output(endings: [".mkv"])),
        CommandField(name: "quality", kind: .integer(0...51), defaultValue: .integer(22)),
      ],
      template: ["print", "{input}", "{output}", "q={quality}"].compactMap(word))
    command.folders = CommandFolders(read: ["/srv/media"], write: ["/srv/out"])
    return command
  }()

  private static func pointer(_ text: String) -> JSONPointer {
    guard let pointer = JSONPointer(text) else { preconditionFailure("`\(text)` is no pointer") }
    return pointer
  }

  private static func hook(
    _ name: String, path: String, replacing: String, when: [(String, [CommandValue])],
    quality: HookValue? = nil
  ) -> EntryHook {
    var input = HookValue.Source(pointer: pointer(path))
    input.replacements = [.init(from: replacing, to: "/srv/media/")]
    var output = HookValue.Source(pointer: pointer(path))
    output.part = .stem
    output.before = "/srv/out/"
    output.behind = ".mkv"
    var fields: [String: HookValue] = ["input": .taken(input), "output": .taken(output)]
    fields["quality"] = quality
    return EntryHook(
      name: name, command: "print",
      conditions: when.map { EntryHook.Condition(pointer: pointer($0.0), values: $0.1) },
      fields: fields)
  }

  private static let hooks = [
    hook(
      "sonarr", path: "/episodeFile/path", replacing: "/tv/",
      when: [("/eventType", [.text("Download")]), ("/isUpgrade", [.flag(false)])]),
    hook(
      "radarr", path: "/movieFile/path", replacing: "/movies/",
      when: [("/eventType", [.text("Download")])], quality: .fixed(.integer(18))),
    hook(
      "home-assistant", path: "/file", replacing: "/config/www/", when: [],
      quality: .taken(HookValue.Source(pointer: pointer("/quality")))),
    hook(
      "nextcloud", path: "/event/node/path", replacing: "/ana/files/",
      when: [
        ("/event/class", [.text("OCP\\Files\\Events\\Node\\NodeCreatedEvent")])
      ]),
    hook(
      "peertube", path: "/webVideo/videoFiles/0/path", replacing: "/data/web-videos/",
      when: [("/event", [.text("video.published"), .text("video.updated")])]),
  ]

  /// Sonarr 4, connection "Webhook", on import: members as WebhookImportPayload and
  /// WebhookEpisodeFile of its source have them.
  private static let sonarr = #"""
    {"series":{"id":7,"title":"A Series","path":"/tv/A Series","tvdbId":900001,"tvMazeId":0,
     "type":"standard","year":2020},
     "episodes":[{"id":11,"episodeNumber":2,"seasonNumber":1,"title":"Two","airDate":"2020-02-09"}],
     "episodeFile":{"id":3,"relativePath":"Season 01/A Series - S01E02.mkv",
     "path":"/tv/A Series/Season 01/A Series - S01E02.mkv","quality":"HDTV-1080p",
     "qualityVersion":1,"size":1234567,"dateAdded":"2024-05-06T07:08:09Z",
     "languages":"English","sourcePath":"/downloads/a.series.s01e02/file.mkv"},
     "isUpgrade":false,"downloadClient":"client","downloadClientType":"A Client","downloadId":"x",
     "eventType":"Download","instanceName":"Sonarr","applicationUrl":""}
    """#

  /// Radarr 5, connection "Webhook", on import: members as WebhookMovie and WebhookMovieFile of its
  /// source have them.
  private static let radarr = #"""
    {"movie":{"id":1,"title":"A Film","year":1999,"filePath":"/movies/A Film (1999)/A Film.mp4",
     "releaseDate":"1999-08-07","folderPath":"/movies/A Film (1999)","tmdbId":900002,"tags":[]},
     "movieFile":{"id":2,"relativePath":"A Film (1999).mp4",
     "path":"/movies/A Film (1999)/A Film (1999).mp4","quality":"Bluray-1080p","qualityVersion":1,
     "indexerFlags":"0","size":7654321,"dateAdded":"2024-05-06T07:08:09Z"},
     "isUpgrade":true,"downloadClient":"client","downloadId":"y","eventType":"Download",
     "instanceName":"Radarr","applicationUrl":""}
    """#

  /// Home Assistant: what a payload of rest_command says, here with the content_type
  /// application/x-www-form-urlencoded.
  private static let homeAssistant = "file=%2Fconfig%2Fwww%2Fdoor+1.mp4&quality=30&by=automation"

  /// Nextcloud 30, webhook_listeners: the envelope of its administration manual, a node event.
  private static let nextcloud = #"""
    {"event":{"class":"OCP\\Files\\Events\\Node\\NodeCreatedEvent",
     "node":{"id":42,"path":"/ana/files/Films/\u00e9t\u00e9.mov"}},
     "user":{"uid":"ana","displayName":"Ana"},"time":1715000889}
    """#

  /// PeerTube has no webhooks of its own: a plugin that sends, at action:api.video.updated, what
  /// `peertubeHelpers.videos.getFiles` gives it, with a name for the event.
  private static let peertube = #"""
    {"event":"video.published","webVideo":{"videoFiles":[{"path":"/data/web-videos/9-1080.mp4",
     "url":"https://tube.test/static/web-videos/9-1080.mp4","resolution":1080,"size":7654321,
     "fps":25}]},"hls":{"videoFiles":[]},"thumbnails":[]}
    """#

  private static func post(_ name: String, _ body: String, _ fields: String = "") -> String {
    "POST /hooks/\(name) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.utf8.count)\r\n"
      + "\(fields)\r\n\(body)"
  }

  // Proves P-553.
  @Test(arguments: [
    (
      "sonarr", sonarr,
      ["/srv/media/A Series/Season 01/A Series - S01E02.mkv", "/srv/out/A Series - S01E02.mkv"],
      "22"
    ),
    (
      "radarr", radarr,
      ["/srv/media/A Film (1999)/A Film (1999).mp4", "/srv/out/A Film (1999).mkv"], "18"
    ),
    ("home-assistant", homeAssistant, ["/srv/media/door 1.mp4", "/srv/out/door 1.mkv"], "30"),
    ("nextcloud", nextcloud, ["/srv/media/Films/été.mov", "/srv/out/été.mkv"], "22"),
    ("peertube", peertube, ["/srv/media/9-1080.mp4", "/srv/out/9-1080.mkv"], "22"),
  ])
  func `the document of a sender makes a job`(
    name: String, body: String, paths: [String], quality: String
  ) async throws {
    let (answer, text) = try await TestServer.run(
      commands: [Self.command], hooks: Self.hooks
    ) { server in
      let answer = try server.ask(Self.post(name, body))
      let location = answer.fields["location"] ?? ""
      return (answer, try server.ended("/" + location.dropFirst(3)).text)
    }
    #expect(answer.status == 202, "\(answer.text)")
    #expect(answer.fields["location"]?.hasPrefix("../") == true)
    let job = try TestSupport.JSONValue(text)
    #expect(
      job["arguments"]?.array?.compactMap(\.string) == ["print"] + paths + ["q=\(quality)"],
      "\(text)")
    #expect(job["labels"]?["hook"]?.string == name)
  }

  // Proves P-553.
  @Test func `a document that the hook is not for is no error and makes no job`() async throws {
    let (statuses, jobs) = try await TestServer.run(
      commands: [Self.command], hooks: Self.hooks
    ) { server in
      let statuses = try [
        ("sonarr", #"{"eventType":"Test","series":{"title":"Test Title"}}"#),
        ("sonarr", Self.sonarr.replacing(#""isUpgrade":false"#, with: #""isUpgrade":true"#)),
        ("sonarr", Self.sonarr.replacing(#""isUpgrade":false"#, with: #""isUpgrade":"false""#)),
        ("radarr", #"{"eventType":["Download"]}"#), ("radarr", "[]"), ("nextcloud", "{}"),
      ].map { try server.ask(Self.post($0.0, $0.1)).status }
      return (statuses, try server.get("/jobs").text)
    }
    #expect(statuses == [204, 204, 204, 204, 204, 204])
    #expect(jobs.hasPrefix(#"{"jobs":[]"#))
  }

  // Proves P-553.
  @Test(arguments: [
    ("radarr", #"{"eventType":"Download"}"#, 400, "input"),
    (
      "radarr", #"{"eventType":"Download","movieFile":{"path":"/movies/../../etc/shadow"}}"#, 400,
      "input"
    ),
    ("radarr", #"{"eventType":"Download","movieFile":{"path":"/etc/passwd"}}"#, 400, "input"),
    ("radarr", #"{"eventType":"Download","movieFile":{"path":7}}"#, 400, "input"),
    ("home-assistant", "file=/config/www/a.mp4&quality=99", 400, "quality"),
    ("home-assistant", "file=/config/www/a.mp4&quality=1e1", 400, "quality"),
    ("home-assistant", #"{"file":1e300}"#, 400, "input"),
    ("home-assistant", #"{"file":1e999}"#, 400, "input"),
    ("home-assistant", #"{"file":9300000000000.5}"#, 400, "input"),
    ("home-assistant", #"{"file":"/config/www/a","quality":1e999}"#, 400, "quality"),
    ("radarr", "{", 400, nil), ("radarr", "", 400, nil), ("radarr", "hello", 400, nil),
    ("radarr", "--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--", 415, nil),
    ("none", "{}", 404, nil), ("radarr/x", "{}", 404, nil),
  ])
  func `what makes no job is refused, with the name of the field`(
    name: String, body: String, status: Int, field: String?
  ) async throws {
    let answer = try await TestServer.run(
      commands: [Self.command], hooks: Self.hooks
    ) { try $0.ask(Self.post(name, body)) }
    #expect(answer.status == status, "\(answer.text)")
    let document = try TestSupport.JSONValue(answer.text)
    #expect(document["field"]?.string == field, "\(answer.text)")
  }

  // Proves P-553.
  @Test(arguments: [
    (["file": "/config/www/a b.mp4", "quality": "30"], 202),
    (["file": "/config/www/a b.mp4", "quality": "99"], 400), ([:], 400),
  ])
  func `a form of parts is as one of names and values`(
    values: [String: String], status: Int
  ) async throws {
    let body =
      values.sorted { $0.key < $1.key }.map {
        "--b\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
      }.joined()
      + "--b\r\nContent-Disposition: form-data; name=\"thumb\"; filename=\"t.jpg\"\r\n\r\nJFIF"
      + "\r\n--b--\r\n"
    let answer = try await TestServer.run(commands: [Self.command], hooks: Self.hooks) {
      try $0.ask(
        Self.post(
          "home-assistant", body, "Content-Type: multipart/form-data; boundary=b\r\n"))
    }
    #expect(answer.status == status, "\(answer.text)")
  }

  // Proves P-553.
  @Test(arguments: ["payload=%7B%22a%22%3A%7B%22b%22%3A1%7D%7D&c=x", "multipart"])
  func `a value of a form that is a JSON object is one`(body: String) throws {
    let parts = """
      --b\r
      Content-Disposition: form-data; name="payload"\r
      Content-Type: application/json\r
      \r
      {"a":{"b":1}}\r
      --b\r
      Content-Disposition: form-data; name="c"\r
      \r
      x\r
      --b\r
      Content-Disposition: form-data; name="f"; filename="a.jpg"\r
      \r
      JFIF\r
      --b--\r

      """
    let isMultipart = body == "multipart"
    let document = try HookBody.document(
      Array((isMultipart ? parts : body).utf8),
      contentType: isMultipart ? "multipart/form-data; boundary=b" : "")
    let value = { (pointer: String) in
      JSONPointer(pointer)?.value(in: document).flatMap { CommandValue($0) }
    }
    #expect(value("/payload/a/b") == .integer(1) && value("/c") == .text("x"))
    if isMultipart { #expect(value("/f/filename") == .text("a.jpg")) }
  }

  @Test(arguments: ["--b", "--c--", "--b\r\n\r\nx\r\n--b--", ""])
  func `a form of parts that is none is refused`(body: String) {
    #expect(throws: Submission.ParseError.self) {
      try HookBody.document(
        Array(body.utf8), contentType: "multipart/form-data; boundary=b")
    }
  }

  private static func holder(
    _ name: String, may scopes: Set<AccessScope>, entries: AccessGrant.Entries
  ) throws -> (record: TokenRecord, field: String) {
    let token = AccessToken.random()
    let record = TokenRecord(
      name: name, grant: AccessGrant(scopes: scopes, entries: entries, jobs: .all),
      created: Timestamp(microseconds: 0),
      secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: nil)])
    return (record, "Authorization: Bearer \(token.text)\r\n")
  }

  // Proves P-553.
  @Test func `a hook is not there for a token of another entry, and needs the right to submit`()
    async throws
  {
    let own = AccessGrant.Entries.named([TestServer.program])
    let granted = try Self.holder("granted", may: [.submit], entries: own)
    let other = try Self.holder("other", may: [.submit], entries: .named(["ffmpeg"]))
    let reader = try Self.holder("reader", may: [.read], entries: own)
    let tokens = TokenTable([granted, other, reader].map(\.record))
    try await TestServer.run(
      access: .tokens(tokens), commands: [Self.command], hooks: Self.hooks
    ) { server in
      let ask = { (name: String, field: String) in
        try server.ask(Self.post(name, Self.radarr, field))
      }
      let hidden = try ask("radarr", other.field)
      let unknown = try ask("none", other.field)
      #expect(hidden.status == 404 && hidden.text == unknown.text)
      #expect(try ask("radarr", reader.field).status == 403)
      #expect(try ask("radarr", "").status == 401)
      #expect(try ask("radarr", granted.field).status == 202)
    }
  }

  @Test func `a delivery that is repeated under its key is the same job`() async throws {
    let locations = try await TestServer.run(
      commands: [Self.command], hooks: Self.hooks
    ) { server in
      try (0..<2).map { _ in
        try server.ask(Self.post("peertube", Self.peertube, "Idempotency-Key: a\r\n"))
          .fields["location"]
      }
    }
    #expect(locations[0] != nil && locations[0] == locations[1])
  }

  @Test(arguments: [
    ("/a/0", "1"), ("/a/1/x~1y", "2"), ("/m~0n", "3"), ("", nil), ("/a/2", nil), ("/a/00", nil),
    ("/a/-", nil), ("/b", nil), ("/", "4"),
  ])
  func `pointers are those of RFC 6901`(text: String, value: String?) throws {
    let document = try JSONReader.read(
      Array(#"{"a":[1,{"x/y":2}],"m~n":3,"":4}"#.utf8), as: .json)
    let found = try #require(JSONPointer(text)).value(in: document)
    #expect(found.flatMap { CommandValue($0) }?.argument == value)
  }

  @Test(arguments: ["a", "/~", "/~2", "/a~", String(repeating: "/a", count: 300)])
  func `a text that is no pointer is none`(text: String) {
    #expect(JSONPointer(text) == nil)
  }
}
