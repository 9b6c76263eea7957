import RunnerConfiguration
import SandboxBase
import TestSupport
import Testing

/// The worked entry of docs/configuration.md, held against those who would read and write
/// elsewhere.
struct FFmpegEntryTests {
  private static let entry: Result<EntryPolicy, any Error> = Result {
    let page = RepositoryFile.text("docs/configuration.md")
    let begin = try #require(page.firstRange(of: "<!-- ffmpeg: begin -->\n```json5\n"))
    let end = try #require(page.firstRange(of: "```\n<!-- ffmpeg: end -->"))
    return try ConfigurationFixture.configuration(String(page[begin.upperBound..<end.lowerBound]))
      .entries[0].policy
  }

  private func refusal(
    _ arguments: [String], withoutDeny: Bool = false
  ) throws -> ArgumentRefusal? {
    let policy = try Self.entry.get()
    var rules = policy.arguments
    if withoutDeny { rules.deny = [] }
    let compiled = try CompiledArgumentRules(rules)
    let arguments = try #require(ArgumentList(arguments))
    do throws(ArgumentRefusal) {
      try compiled.check(arguments, in: policy.argumentFolders)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "-i /srv/media/a.mkv -c:v libx264 -crf 23 -preset fast -c:a aac -b:a 128k -y /srv/out/a.mp4",
    "-ss 00:01:30.5 -t 10 -i /srv/media/a/b.mkv -map 0:a:1 -vf scale=-2:720 /srv/out/x.mp4",
    "-i /srv/media/a.mkv -i /srv/media/b.wav -c:v copy -shortest -movflags +faststart c.mp4",
    "-i /srv/media/a.mkv -vn -ac 2 -ar 48000 -f wav a.wav", "-i /srv/out/a.mp4 -an /tmp/a.webm",
    "-i /srv/media/a.mkv -map 0:v -map 0:a -c copy -y /srv/out/a.mp4",
    "-i a.mkv -vn -q:a 2 /srv/out/a.mp3",
    "-i /srv/media/a.mkv -c:v libsvtav1 -preset 8 -crf 35 -c:a libopus /srv/out/a.mkv",
    "-i /srv/media/a.wav -c:a libmp3lame -b:a 192k -f mp3 /srv/out/a.mp3",
    "-ss 12.5 -i /srv/media/a.mkv -frames:v 1 -q:v 3 -vf scale=320:-1 -update 1 /srv/out/a.jpg",
    "-i /srv/media/a.mkv -vf thumbnail,scale=320:-1 -frames:v 1 -f image2 /srv/out/a.png",
    "-i /srv/media/%03d.png -r 25 /srv/out/a:b.mp4", "-i in.mkv -vf scale=640:-1,fps=25 out.mp4",
  ])
  func `what a transcoder does is taken`(line: String) throws {
    let refusal = try refusal(line.split(separator: " ").map(String.init))
    #expect(refusal == nil, "\(line): \(String(describing: refusal))")
  }

  static let attacks: [[String]] = [
    // Protocols.
    ["-i", "concat:/etc/passwd|/etc/shadow", "/srv/out/a"], ["-i", "file:/etc/passwd", "a.mp4"],
    ["-i", "http://169.254.169.254/latest", "a"], ["-i", "https://a.b/c", "/srv/out/a"],
    ["-i", "subfile,,start,0,end,9,,:/etc/passwd", "a"], ["-i", "data:text/plain,a", "a"],
    ["-i", "async:file:/etc/passwd", "a"], ["-i", "crypto:/etc/passwd", "a"], ["-i", "fd:3", "a"],
    ["-i", "pipe:0", "a"], ["-i", "/srv/media/a", "pipe:1"], ["-i", "tcp://0.0.0.0:1?listen", "a"],
    ["-i", "/srv/media/a", "file:/etc/cron.d/x"], ["-i", "/srv/media/a", "unix:/run/x.sock"],
    ["-i", "/srv/media/a", "rtmp://a/b"], ["-i", "cache:http://a", "b"],
    ["-i", "concatf:/srv/media/list", "a"], ["-i", "FILE:/etc/passwd", "a"],
    // Filters and devices that read.
    ["-filter_complex", "movie=/etc/passwd", "-i", "/srv/media/a", "a"],
    ["-f", "lavfi", "-i", "movie=/etc/passwd", "a"],
    ["-vf", "movie=/etc/passwd[a];[in][a]overlay", "a"],
    ["-i", "/srv/media/a", "-vf", "subtitles=/etc/passwd", "a"],
    ["-lavfi", "amovie=/etc/passwd", "a"],
    ["-i", "/srv/media/a", "-vf", "drawtext=textfile=/etc/passwd", "a"],
    ["-i", "/srv/media/a", "-vf", "scale=1:1,movie=/etc/passwd", "a"],
    ["-f", "x11grab", "-i", ":0", "a"], ["-f", "alsa", "-i", "default", "a"],
    ["-filter_complex_script", "/srv/media/a", "a"], ["-filter_script:v", "/srv/media/a", "a"],
    ["-f", "concat", "-safe", "0", "-i", "/srv/media/list", "a"], ["-f", "tee", "[f=mp4]/etc/x|a"],
    // Options that read or write files of their own.
    ["-attach", "/etc/passwd", "-i", "/srv/media/a", "a"],
    ["-dump_attachment:t", "/srv/out/../x", "a"],
    ["-i", "/srv/media/a", "-protocol_whitelist", "file,http,tcp", "a"], ["-report", "a"],
    ["-i", "/srv/media/a", "-progress", "http://a/", "b"], ["-vstats_file", "/etc/x", "a"],
    ["-i", "/srv/media/a", "-passlogfile", "/etc/x", "a"], ["-sdp_file", "/etc/x", "a"],
    ["-init_hw_device", "vaapi=a:/dev/sda", "a"], ["-/filter_complex", "/etc/passwd", "a"],
    ["-i", "/srv/media/a", "-metadata", "a=b", "c"], ["-f", "ffmetadata", "a"],
    // Paths.
    ["-i", "/etc/passwd", "a"], ["-i", "/srv/media/../../etc/passwd", "a"], ["-i", "../a", "b"],
    ["-i", "/srv/mediax/a", "a"], ["-i", "/srv/media/./a", "a"], ["-i", "/srv//media/a", "a"],
    ["-i", "/srv/media/", "a"], ["-i", "/proc/self/environ", "a"], ["-i", "/dev/stdin", "a"],
    ["-i", "/srv/media/a", "/srv/out/../../etc/x"], ["-i", "/srv/media/a", "/srv/media/a"],
    ["-i", "/srv/media/a", "/srv/output/a"], ["-i", "/srv/media/a", "/etc/cron.d/x"],
    ["-i", "/srv/media/a\nb", "a"], ["-i", "", "a"], ["-i", "/srv/media/a", ""], ["-i", "-", "a"],
    ["-i", "/srv/media/a", "-y/etc/x"], ["-i", "/srv/media/a", "-"], ["-i", "./http:/a", "a"],
    // Sequences that only begin or end well.
    ["-i"], ["-i", "/srv/media/a", "-c:v"], ["-c:v", "-i", "/srv/media/a"], ["-y", "-f"],
    ["-vf", "scale=1:1,"], ["-vf", "scale=99999:1"], ["-b:v", "1k;"], ["-crf", "1e9"],
    ["-crf", "+1"],
    ["-ss", "1:2:3:4"], ["-preset", "fast|slow"], ["-threads", "1000"], ["-I", "/srv/media/a"],
  ]

  // Proves P-028.
  @Test(arguments: attacks)
  func `what reads or writes elsewhere is refused`(arguments: [String]) throws {
    #expect(try refusal(arguments) != nil, "\(arguments)")
  }

  // Proves P-028.
  @Test(arguments: attacks)
  func `it is refused although nothing denies it`(arguments: [String]) throws {
    #expect(try refusal(arguments, withoutDeny: true) != nil, "\(arguments)")
  }

  // Twin of P-028.
  /// The negative twin: it is these rules that refuse, not the check.
  @Test(arguments: attacks)
  func `an entry without rules takes it`(arguments: [String]) throws {
    let policy = try Self.entry.get()
    let arguments = try #require(ArgumentList(arguments))
    try CompiledArgumentRules(ArgumentRules()).check(arguments, in: policy.argumentFolders)
  }

  @Test func `a refusal names the argument and what may stand there`() throws {
    let refusal = try refusal(["-i", "/srv/media/a", "-crf", "99"], withoutDeny: true)
    #expect(refusal?.index == 3)
    #expect(refusal?.description == "arguments[3]: `99`: the entry allows here: `{int:0-63}`")
    let early = try self.refusal(["-i"])
    #expect(
      early?.description == "arguments[1]: the arguments end where the entry wants: `{path:read}`")
    let denied = try self.refusal(["-y", "http://a"])
    #expect(denied?.description == "arguments[1]: `http://a`: the entry denies `*://*`")
  }

  @Test func `what is put before is not asked about`() throws {
    var rules = try Self.entry.get().arguments
    #expect(rules.first == ["-hide_banner", "-protocol_whitelist", "file"])
    let compiled = try CompiledArgumentRules(rules)
    rules.first = []
    #expect(try CompiledArgumentRules(rules) == compiled)
  }
}
