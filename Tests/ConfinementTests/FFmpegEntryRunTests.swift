import Glibc
import TestSupport
import Testing

/// The worked entry of docs/configuration.md with the real ffmpeg: what it is for goes, and neither
/// arguments nor media files lead it out of its folders.
struct FFmpegEntryRunTests {
  /// Folders of media, of results, and one that is nobody's business.
  private final class Workspace {
    let folder: RootFolder

    init() throws {
      folder = try RootFolder()
      for name in ["media", "out", "secret"] { try Files.makeFolder(folder(name)) }
      // As the page has it: its owner alone may write there.
      try Files.setOwner(5, 60, of: folder("out"))
      for name in ["media/clip", "secret/canary"] {
        let made = try CommandRun(
          Self.ffmpeg,
          ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=1"]
            + ["-c:v", "mpeg2video", "-f", "mpegts", folder("\(name).ts")],
          seconds: patienceSeconds * 2)
        #expect(made.ending == .exited(0), "\(made.stderr)")
      }
      try Files.write(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(folder("secret/canary.ts"))\n"
          + "#EXT-X-ENDLIST\n", to: folder("media/list.m3u8"))
      try Files.write(
        "ffconcat version 1.0\nfile '\(folder("secret/canary.ts"))'\n",
        to: folder("media/list.ffconcat"))
    }

    static let ffmpeg = "/usr/bin/ffmpeg"

    func media(_ name: String) -> String { folder("media/\(name)") }
    func out(_ name: String) -> String { folder("out/\(name)") }

    /// The entry as the page has it, with these folders in place of its own.
    func server() throws -> RunningServer {
      let page = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
      let text = try #require(Files.text(of: "/\(page)/docs/configuration.md"))
      let begin = try #require(text.firstRange(of: "<!-- ffmpeg: begin -->\n```json5\n"))
      let end = try #require(text.firstRange(of: "```\n<!-- ffmpeg: end -->"))
      let config = String(text[begin.upperBound..<end.lowerBound])
        .replacing("/srv/media", with: folder("media")).replacing("/srv/out", with: folder("out"))
        .replacing("user: \"media\"", with: "user: \"games\"")
      return try RunningServer(whitelist: [], config: config)
    }
  }

  // Proves P-028.
  @Test func `it transcodes, and what a list names elsewhere is not there`() throws {
    let workspace = try Workspace()
    let server = try workspace.server()
    let good = try server.run(
      "ffmpeg",
      ["-i", workspace.media("clip.ts"), "-c:v", "libx264", "-y", workspace.out("clip.mp4")],
      seconds: patienceSeconds * 3)
    #expect(good.code == 0, "\(good.document)")
    #expect(try #require(Files.bytes(of: workspace.out("clip.mp4"))).count > 1000)
    for list in ["list.m3u8", "list.ffconcat"] {
      // As the first input, which the entry's own whitelist of protocols is for, and as another.
      for inputs in [["-i", workspace.media(list)], ["-i", workspace.media("clip.ts"), "-i"]] {
        let words = inputs.last == "-i" ? inputs + [workspace.media(list), "-map", "1"] : inputs
        let job = try server.run(
          "ffmpeg", words + ["-c:v", "copy", "-y", workspace.out("stolen.mp4")],
          seconds: patienceSeconds * 3)
        #expect(job.code != 0, "\(list): \(job.document)")
        #expect((Files.bytes(of: workspace.out("stolen.mp4")) ?? []).isEmpty, "\(list)")
      }
    }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-028.
  @Test func `outside, a list leads it to a file that lies elsewhere`() throws {
    let workspace = try Workspace()
    let run = try CommandRun(
      Workspace.ffmpeg,
      [
        "-v", "error", "-i", workspace.media("list.m3u8"), "-c", "copy",
        workspace.out("stolen.mp4"),
      ],
      seconds: patienceSeconds * 2)
    #expect(run.ending == .exited(0), "\(run.stderr)")
    #expect(try #require(Files.bytes(of: workspace.out("stolen.mp4"))).count > 1000)
  }

  // Proves P-028.
  @Test func `arguments that lead elsewhere are refused before anything runs`() throws {
    let workspace = try Workspace()
    let server = try workspace.server()
    let secret = workspace.folder("secret/canary.ts")
    let clip = workspace.media("clip.ts")
    let attacks: [[String]] = [
      ["-i", secret, "a.mp4"], ["-i", "file:\(secret)", "a.mp4"],
      ["-i", "concat:\(secret)", "a.mp4"],
      ["-i", "subfile,,start,0,end,0,,:\(secret)", "a.mp4"],
      ["-f", "lavfi", "-i", "movie=\(secret)", "a.mp4"],
      ["-i", clip, "-vf", "movie=\(secret)[a];[in][a]overlay", "a.mp4"],
      ["-i", clip, "-filter_complex_script", clip, "a.mp4"],
      ["-i", clip, "-attach", secret, "a.mkv"],
      ["-i", clip, "-f", "tee", "[f=mpegts]\(workspace.folder("x"))"],
      ["-i", clip, "-protocol_whitelist", "file,http,tcp", "a.mp4"],
      ["-i", clip, "-y", "/etc/cron.d/x"], ["-i", clip, "-y", workspace.folder("x.mp4")],
      ["-i", clip, "--", "a.mp4"], ["-i", clip, "-/filter_complex", clip, "a.mp4"],
      ["-i", clip, "-y", "\(workspace.out("../x.mp4"))"], ["@\(clip)"],
      ["-i", clip, "-c:v=libx264"],
    ]
    for arguments in attacks {
      let words = arguments.map { JSONText.quoted($0) }.joined(separator: ",")
      let reply = try server.client.post("{\"command\":\"ffmpeg\",\"args\":[\(words)]}")
      #expect((400..<500).contains(reply.status), "\(arguments): \(reply.status)")
      #expect(reply.text.contains("arguments["), "\(reply.text)")
    }
    #expect(try server.stop() == .exited(0))
  }
}
