import TestSupport
import Testing

/// Results of the real ffmpeg, judged by the real ffprobe.
struct FilmResultTests {
  private struct Studio {
    let results: ResultFolder
    let films: String

    init() throws {
      results = try ResultFolder()
      films = results.folder("films")
      try Files.makeFolder(films)
      let made = try CommandRun(
        "/usr/bin/ffmpeg",
        ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=20"]
          + ["-c:v", "mpeg2video", "\(films)/whole.mkv"], seconds: patienceSeconds * 2)
      #expect(made.ending == .exited(0), "\(made.stderr)")
      let bytes = try #require(Files.bytes(of: "\(films)/whole.mkv"))
      try Files.write(Array(bytes[..<(bytes.count / 2)]), to: "\(films)/half.mkv", mode: 0o644)
    }

    func config(_ success: String) -> String {
      """
      {entries: {
        film: {path: '/usr/bin/ffmpeg', read: ['\(films)'], write: ['\(results.path)'],
          user: 'games', grace: 30, results: {existing: 'replace', mode: '0664'},
          success: {\(success)},
          arguments: {allow: ['-re', '-y', ['-stream_loop', '-1'], ['-i', '{path:read}'],
            ['-c:v', '{word}'], '{output:write:.mp4|.mkv}']}},
        probe: {path: '/usr/bin/ffprobe', read: ['\(results.path)'], user: 'games'}}}
      """
    }
  }

  private static let check =
    "check: {entry: 'probe', arguments: ['-v', 'error', '-show_format', '{output}']},"
    + "stderrMustNot: ['File ended prematurely']"

  // Proves P-442.
  @Test func `a whole film has its name, and half a film has none`() throws {
    let studio = try Studio()
    let server = try RunningServer(whitelist: [], config: studio.config(Self.check))
    let words = { (name: String) in
      ["-i", "\(studio.films)/\(name).mkv", "-c:v", "libx264", studio.results("\(name).mp4")]
    }
    let whole = try server.run("film", words("whole"), seconds: patienceSeconds * 3)
    #expect(whole.code == 0 && whole.document["succeeded"] == .bool(true), "\(whole.document)")
    #expect(studio.results.modeAndGroup(of: "whole.mp4").hasPrefix("664 "))
    let half = try server.run("film", words("half"), seconds: patienceSeconds * 3)
    #expect(half.document["outcome"]?.string == "rejected", "\(half.document)")
    #expect(half.failure?["message"]?.string?.contains("File ended prematurely") == true)
    #expect(studio.results.names == ["whole.mp4"])
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-440.
  @Test func `a film that is cancelled in the middle leaves the old one as it was`() throws {
    let studio = try Studio()
    try Files.write("old", to: studio.results("film.mp4"), mode: 0o644)
    let server = try RunningServer(whitelist: [], config: studio.config("codes: [0]"))
    // Again and again, at the speed of the film: it has no end.
    let id = try server.submit(
      "film",
      ["-re", "-stream_loop", "-1", "-i", "\(studio.films)/whole.mkv", studio.results("film.mp4")])
    try waiting(until: "ffmpeg to write") { studio.results.names.count == 2 }
    _ = try server.client.ask("POST", "/\(id)/cancel", body: [])
    let job = try server.finished(id)
    #expect(job.document["outcome"]?.string == "cancelled", "\(job.document)")
    #expect(studio.results.names == ["film.mp4"])
    #expect(Files.text(of: studio.results("film.mp4")) == "old")
    #expect(try server.stop() == .exited(0))
  }
}
