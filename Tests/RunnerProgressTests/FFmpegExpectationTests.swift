import Testing

@testable import RunnerProgress

/// How long the output of ffmpeg will be, by command lines as people and media servers write them.
struct FFmpegExpectationTests {
  private static func seconds(_ line: String, durations: [String] = ["00:00:30.00"]) -> Double? {
    expectation(line, durations: durations).seconds
  }

  private static func expectation(_ line: String, durations: [String]) -> FFmpegExpectation {
    let arguments = line.split(separator: " ").map(String.init)
    var expectation = FFmpegExpectation(FFmpegCommandLine(arguments))
    for (index, duration) in durations.enumerated() {
      var text = "Input #\(index), matroska,webm, from 'a':\n  Duration: \(duration), start: 0.0\n"
      if duration.hasPrefix("~") {
        text = "[mp3 @ 0x55] Estimating duration from bitrate, this may be inaccurate\n" + text
      }
      for line in text.replacing("~", with: "").utf8.split(separator: 0x0a) {
        expectation.read(LineScanner(Array(line)[...]))
      }
    }
    return expectation
  }

  // Proves P-384.
  @Test(arguments: [
    ("-i a.mkv -c:v libx264 b.mp4", 30), ("-y -hide_banner -i a.mkv b.mp4", 30),
    ("-ss 10 -i a.mkv b.mp4", 20), ("-ss 10 -i a.mkv -t 5 b.mp4", 5),
    ("-i a.mkv -ss 10 -c:v libx264 b.mp4", 20), ("-i a.mkv -ss 10 -to 25 b.mp4", 15),
    ("-ss 5 -to 15 -i a.mkv b.mp4", 10), ("-i a.mkv -t 00:01:00 b.mp4", 30),
    ("-i a.mkv -t 1500ms b.mp4", 1.5), ("-t 12 -i a.mkv b.mp4", 12),
    ("-stream_loop 2 -i a.mkv b.mp4", 90), ("-stream_loop -1 -i a.mkv -t 45 b.mp4", 45),
    ("-sseof -4 -i a.mkv b.mp4", 4), ("-i a.mkv -vf scale=640:-2,format=yuv420p b.mp4", 30),
    ("-i a.mkv -vf subtitles='a,b;setpts=2*PTS.srt' b.mp4", 30),
    ("-i a.mkv -filter_complex [0:v]scale=320:-1[v] -map [v] -map 0:a b.mp4", 30),
    ("-i a.mkv -r 30 b.mp4", 30), ("-i a.mkv -f hls -hls_time 6 out.m3u8", 30),
    ("-i a.mkv -map -0:s -c copy b.mkv", 30), ("-i a.mkv -pass 1 -an -f null -", 30),
    ("-f lavfi -i testsrc -t 8 b.mp4", 8), ("-i - -t 8 b.mp4", 8),
    ("-i a.mkv -c:v libx264 b.mp4 -c:v libx265 c.mp4", 30),
  ])
  func `a length that can be known`(line: String, seconds: Double) {
    let durations = line.contains("lavfi") ? ["N/A"] : ["00:00:30.00"]
    #expect(Self.seconds(line, durations: durations) == seconds)
  }

  // Proves P-384.
  @Test(arguments: [
    "-i - b.mp4", "-i pipe:0 b.mp4", "-stream_loop -1 -i a.mkv b.mp4",
    "-itsoffset 10 -i a.mkv b.mp4",
    "-i a.mkv -vf setpts=2*PTS b.mp4", "-i a.mkv -af atempo=0.5 b.mp4",
    "-i a.mkv -filter_complex [0:v]trim=0:5,setpts=PTS-STARTPTS[v] -map [v] b.mp4",
    "-i a.mkv -ss 10 -c copy b.mkv", "-i a.mkv -r 25 -c copy b.mkv", "-r 10 -i a.mkv b.mp4",
    "-copyts -ss 5 -i a.mkv b.mp4", "-i a.mkv -frames:v 1 b.png", "-i a.mkv -fs 1M b.mp4",
    "-i a.mkv b.mp4 -t 5 c.mp4", "-i a.mkv -t -5 b.mp4", "-i a.mkv -t nonsense b.mp4", "-version",
    "", "-loop 1 -i a.png -i b.wav -shortest c.mp4", "-i a.mkv -ss 60 b.mp4",
    "-i a.mkv -vf madeup=1 b.mp4",
  ])
  func `a length that nobody can know`(line: String) {
    #expect(Self.seconds(line) == nil)
  }

  // Proves P-384.
  @Test(arguments: ["N/A", "~00:00:27.72", "-00:00:01.00", "99:99:99.00", ""])
  func `a duration that ffmpeg does not know, or only estimates, is none`(duration: String) {
    #expect(Self.seconds("-i a.mp3 b.m4a", durations: [duration]) == nil)
  }

  @Test func `inputs that agree have one length, and others none`() {
    let line = "-i a.mkv -i b.wav -map 0:v -map 1:a c.mkv"
    #expect(Self.seconds(line, durations: ["00:00:30.00", "00:00:29.90"]) == 30)
    #expect(Self.seconds(line, durations: ["00:00:30.00", "00:00:10.00"]) == nil)
    #expect(Self.seconds(line, durations: ["00:00:30.00", "N/A"]) == nil)
    #expect(Self.seconds(line + " -t 5", durations: ["00:00:30.00"]) == nil)
  }

  @Test func `only a length that an input has makes less of it short`() {
    #expect(Self.expectation("-i a.mkv b.mkv", durations: ["00:00:30.00"]).isCertain)
    #expect(!Self.expectation("-i - -t 60 b.mkv", durations: ["N/A"]).isCertain)
    #expect(Self.expectation("-i a.mkv -t 60 b.mkv", durations: ["00:00:30.00"]).seconds == 30)
  }

  @Test func `metadata that looks like a duration is none`() {
    var expectation = FFmpegExpectation(FFmpegCommandLine(["-i", "a.mkv", "b.mkv"]))
    for line in ["  Duration: 00:00:01.00", "Input #0, x:", "    title : Duration: 00:00:02.00"] {
      expectation.read(LineScanner(Array(line.utf8)[...]))
    }
    #expect(expectation.seconds == nil)
  }

  @Test(arguments: [
    ["-progress", "-", "-i", "a", "b"], ["-nostats", "-progress", "pipe:1", "-i", "a", "b"],
  ])
  func `progress that goes to standard output is read there`(arguments: [String]) {
    #expect(FFmpegFormat(arguments: arguments).sources.contains(.stdout))
    #expect(!FFmpegFormat(arguments: ["-i", "a", "pipe:1"]).sources.contains(.stdout))
  }
}
