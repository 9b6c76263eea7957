import TestSupport
import Testing

/// The presets of the package with the real ffmpeg on real clips, each result probed.
@Suite(.serialized)
struct PresetTests {
  /// A film with sound and subtitles, and the folder of results.
  private final class Studio {
    let folder: RootFolder

    init() throws {
      folder = try RootFolder()
      for name in ["media", "out"] { try Files.makeFolder(folder(name)) }
      try Files.setOwner(5, 60, of: folder("out"))
      try Files.write(
        "1\n00:00:00,000 --> 00:00:01,000\nHello\n\n", to: media("words.srt"), mode: 0o644)
      let made = try CommandRun(
        "/usr/bin/ffmpeg",
        ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=128x96:rate=10:duration=2"]
          + ["-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-i", media("words.srt")]
          + ["-map", "0", "-map", "1", "-map", "2", "-c:v", "mpeg2video", "-c:a", "ac3"]
          + ["-c:s", "srt", media("film.mkv")],
        seconds: patienceSeconds * 2)
      #expect(made.ending == .exited(0), "\(made.stderr)")
    }

    func media(_ name: String) -> String { folder("media/\(name)") }
    func out(_ name: String) -> String { folder("out/\(name)") }

    /// The file of the package.
    static func file() throws -> String {
      let root = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
      return try #require(Files.text(of: "/\(root)/packaging/presets.json5"))
    }

    /// The file of the package, with these folders in the place of its own.
    func server() throws -> RunningServer {
      let text = try Self.file()
      return try RunningServer(
        whitelist: [],
        config: text.replacing("/srv/media", with: folder("media"))
          .replacing("/srv/transcoded", with: folder("out"))
          .replacing("user: \"media\"", with: "user: \"games\"")
          .replacing("memory: \"4G\",", with: ""))
    }

    /// Codecs and sizes of a file, a stream a line.
    func probed(_ name: String) throws -> String {
      let lines = try CommandRun(
        "/usr/bin/ffprobe",
        ["-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0"]
          + [out(name)]
      ).stdout.split(separator: "\n")
      // Where there is side data, or no size, ffprobe says so in a column more.
      let streams = lines.map { line in
        line.split(separator: ",").filter { $0 != "N/A" }.joined(separator: ",")
      }
      return streams.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }
  }

  // Its input is empty already, and ffmpeg 7.0 with that option works on through a TERM.
  @Test func `no preset has -nostdin`() throws {
    #expect(try !Studio.file().contains("-nostdin"))
  }

  /// One call of a preset, and the streams of its result.
  private struct Case {
    let command: String
    let output: String
    var fields = ""
    let streams: String
  }

  private static let cases = [
    Case(
      command: "h264", output: "a.mp4",
      fields: #","quality":30,"speed":"ultrafast","height":"480","start":0.5,"duration":1"#,
      streams: "h264,640,480\naac\n"),
    Case(
      command: "h264", output: "a.mkv", fields: #","speed":"ultrafast","audio":"none""#,
      streams: "h264,128,96\n"),
    Case(
      command: "h265", output: "b.mkv", fields: #","quality":30,"speed":"ultrafast""#,
      streams: "hevc,128,96\nac3\n"),
    Case(
      command: "av1", output: "c.webm", fields: #","speed":12"#, streams: "av1,128,96\nopus\n"),
    Case(command: "audio", output: "d.m4a", fields: #","bitrate":64"#, streams: "aac\n"),
    Case(
      command: "audio", output: "d.flac", fields: #","format":"flac","loudness":true"#,
      streams: "flac\n"),
    Case(command: "audio", output: "d.opus", fields: #","format":"opus""#, streams: "opus\n"),
    Case(command: "audio", output: "d.mp3", fields: #","format":"mp3""#, streams: "mp3\n"),
    Case(
      command: "thumbnail", output: "e.jpg", fields: #","at":1.5,"width":64"#,
      streams: "mjpeg,64,48\n"),
    Case(
      command: "contact-sheet", output: "f.png",
      fields: #","every":0.5,"width":32,"columns":2,"rows":2"#, streams: "png,64,48\n"),
    Case(command: "remux", output: "h.mp4", streams: "mpeg2video,128,96\nac3\n"),
    Case(
      command: "remux", output: "h.mkv", fields: #","subtitles":true"#,
      streams: "mpeg2video,128,96\nac3\nsubrip\n"),
    Case(command: "subtitles-extract", output: "i.vtt", streams: "webvtt\n"),
  ]

  // Proves P-552.
  @Test func `each preset makes of a real film what it says`() throws {
    let studio = try Studio()
    let server = try studio.server()
    let film = studio.media("film.mkv")
    var bodies = Self.cases.map { one in
      #"{"command":"\#(one.command)","input":"\#(film)","output":"\#(studio.out(one.output))""#
        + one.fields + "}"
    }
    bodies.append(
      #"{"command":"hls","input":"\#(film)","output":"\#(studio.out("g.m3u8"))","#
        + #""segments":"\#(studio.out("g.ts"))","height":"480","seconds":1}"#)
    bodies.append(
      #"{"command":"subtitles-add","input":"\#(film)","output":"\#(studio.out("j.mp4"))","#
        + #""subtitles":"\#(studio.media("words.srt"))","container":"mov_text","language":"deu"}"#)
    var ids: [String] = []
    for body in bodies {
      let answer = try server.client.post(body)
      #expect(answer.status == 202, "\(body): \(answer.text)")
      ids.append(try #require(JSONValue(answer.text)["id"]?.string))
    }
    for (id, body) in zip(ids, bodies) {
      let job = try server.finished(id, seconds: patienceSeconds * 4)
      #expect(job.document["succeeded"] == .bool(true), "\(body): \(job.document)")
    }
    for one in Self.cases {
      #expect(try studio.probed(one.output) == one.streams, "\(one.command) \(one.output)")
    }
    #expect(try studio.probed("g.m3u8").contains("h264,640,480"))
    #expect(Files.text(of: studio.out("g.m3u8"))?.contains("\ng.ts\n") == true)
    #expect(try studio.probed("j.mp4") == "mpeg2video,128,96\nac3\nmov_text\n")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-552.
  @Test func `the client calls a preset by its fields, and is told of a wrong one`() throws {
    let studio = try Studio()
    let server = try studio.server()
    let list = try ClientRun(server, ["commands"])
    #expect(try list.code() == 0 && list.output.contains("h265 "), "\(list.error)")
    let fields = try ClientRun(server, ["commands", "audio"])
    #expect(try fields.code() == 0 && fields.output.contains("--bitrate 32..512"))
    let run = try ClientRun(
      server,
      [
        "run", "--no-stdin", "audio", "--input", studio.media("film.mkv"), "--output",
        studio.out("x.flac"), "--format=flac", "--loudness",
      ])
    #expect(try run.code() == 0, "\(run.error)")
    #expect(try studio.probed("x.flac") == "flac\n")
    let wrong = try ClientRun(
      server,
      [
        "run", "--no-stdin", "audio", "--input", studio.media("film.mkv"), "--output",
        studio.out("y.flac"), "--bitrate", "9",
      ])
    #expect(try wrong.code() == 64 && wrong.error.contains("bitrate"), "\(wrong.error)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-551.
  @Test func `arguments that no preset makes are refused`() throws {
    let studio = try Studio()
    let server = try studio.server()
    let film = studio.media("film.mkv")
    for words in [
      ["-i", film, "-f", "null", "-"],
      ["-i", film, "-vf", "movie=/etc/passwd", studio.out("z.mp4")],
      ["-i", "/etc/passwd", studio.out("z.mp4")], ["-i", film, "/etc/cron.d/x"],
    ] {
      let list = words.map { JSONText.quoted($0) }.joined(separator: ",")
      let answer = try server.client.post("{\"command\":\"ffmpeg\",\"args\":[\(list)]}")
      #expect(answer.status == 400 && answer.text.contains("arguments["), "\(answer.text)")
    }
    #expect(try server.stop() == .exited(0))
  }
}
