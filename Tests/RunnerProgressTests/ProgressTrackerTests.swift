import Testing
import TextFormats

@testable import RunnerProgress

/// What becomes of updates: a fraction that never falls, and times that can be believed.
struct ProgressTrackerTests {
  private func tracker(_ kind: ProgressKind = .percent, _ arguments: [String] = [])
    -> ProgressTracker
  {
    ProgressTracker(kind, arguments: arguments, at: 0)
  }

  private func json(_ progress: JobProgress) -> String {
    var writer = JSONWriter()
    progress.write(to: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  // Proves P-381.
  @Test func `the fraction never falls, and is 1 only after exit code 0`() {
    var tracker = tracker()
    #expect(tracker.progress.fraction == nil)
    for (text, fraction) in [("30%\n", 0.3), ("10%\n", 0.3), ("100%\n", 0.99), ("5%\n", 0.99)] {
      tracker.read(Array(text.utf8)[...], of: .stdout, at: 1)
      #expect(tracker.progress.fraction == fraction)
    }
    var failed = tracker
    failed.finish(isSuccess: false, at: 2)
    #expect(failed.progress.fraction == 0.99)
    tracker.finish(isSuccess: true, at: 2)
    #expect(tracker.progress.fraction == 1 && !tracker.isShort)
  }

  // Proves P-381.
  @Test(arguments: [
    "-5%", "101%", "1e9%", "99999999999999999999%", "nan%", "%", "0x10%", "..%", "4294967296%",
  ])
  func `an absurd percentage is none`(text: String) {
    var tracker = tracker()
    tracker.read(Array("\(text)\n".utf8)[...], of: .stderr, at: 1)
    #expect(tracker.progress.fraction == nil)
  }

  // Proves P-381.
  @Test func `absurd numbers of a script are left out`() {
    var tracker = tracker(.json)
    let text = #"""
      {"fraction":7,"speed":-1,"fps":1e300,"frame":99999999999999999999,"outputSeconds":-3}
      {"fraction":0.5,"outputBytes":-1,"stage":7}

      """#
    tracker.read(Array(text.utf8)[...], of: .stdout, at: 1)
    #expect(json(tracker.progress) == #"{"fraction":0.5}"#)
    tracker.read(Array("{\"stage\":\"a\\u0007b\\u009b\"}\n".utf8)[...], of: .stdout, at: 1)
    #expect(json(tracker.progress) == #"{"fraction":0.5,"stage":"ab"}"#)
    let long = "{\"stage\":\"" + String(repeating: "é", count: 500) + "\"}\n"
    tracker.read(Array(long.utf8)[...], of: .stdout, at: 1)
    #expect(tracker.progress.stage == String(repeating: "é", count: 32))
  }

  // Proves P-382.
  @Test func `frozen time counts for no pace`() {
    var tracker = tracker()
    let second: Int64 = 1_000_000
    for step in 0...10 {
      tracker.read(Array("\(step)%\n".utf8)[...], of: .stdout, at: Int64(step) * second)
    }
    #expect(tracker.progress.etaSeconds == 90)
    tracker.setFrozen(true, at: 10 * second)
    tracker.setFrozen(true, at: 500 * second)
    tracker.setFrozen(false, at: 1010 * second)
    for step in 11...20 {
      tracker.read(Array("\(step)%\n".utf8)[...], of: .stdout, at: Int64(1000 + step) * second)
    }
    #expect(tracker.progress.etaSeconds == 80)
  }

  @Test func `a pace that stands still, or that no time passed for, says nothing`() {
    var tracker = tracker()
    tracker.read(Array("50%\n".utf8)[...], of: .stdout, at: 0)
    tracker.read(Array("60%\n".utf8)[...], of: .stdout, at: 0)
    #expect(tracker.progress.etaSeconds == nil)
    tracker.read(Array("60%\n".utf8)[...], of: .stdout, at: -5_000_000)
    #expect(tracker.progress.etaSeconds == nil)
    for _ in 0..<100 { tracker.read(Array("60%\n".utf8)[...], of: .stdout, at: 9_000_000) }
    #expect(tracker.progress.etaSeconds?.rounded() == 36)
  }

  // Proves P-383.
  @Test(arguments: [
    ("00:00:30.00", true, false), ("00:00:27.10", true, false), ("00:00:15.00", true, true),
    ("00:00:15.00", false, false),
  ])
  func `less than nine tenths of the film is short, although the code is 0`(
    time: String, isSuccess: Bool, isShort: Bool
  ) {
    var tracker = tracker(.ffmpeg, ["-i", "a.mkv", "b.mkv"])
    let text =
      "Input #0, matroska,webm, from 'a.mkv':\n  Duration: 00:00:30.00, start: 0.0\n"
      + "frame=  320 fps=158 q=-1.0 Lsize=     768kB time=\(time) bitrate= 586.5kbits/s\n"
    tracker.read(Array(text.utf8)[...], of: .stderr, at: 1)
    tracker.finish(isSuccess: isSuccess, at: 2)
    #expect(tracker.isShort == isShort)
    #expect((tracker.progress.fraction == 1) == (isSuccess && !isShort))
  }

  // Proves P-383.
  @Test func `progress=end is no success`() {
    var tracker = tracker(.ffmpeg, ["-f", "lavfi", "-i", "x", "-t", "10", "b.mkv"])
    let text = "out_time_us=10000000\nprogress=end\n"
    tracker.read(Array(text.utf8)[...], of: .descriptor, at: 1)
    #expect(tracker.progress.fraction == 0.99)
    tracker.finish(isSuccess: false, at: 2)
    #expect(tracker.progress.fraction == 0.99)
  }

  @Test func `an update whose separator stands in front is there before the next one`() {
    var tracker = tracker(.sox)
    tracker.read(Array("\rIn:48.0% 00:11:59.82 ".utf8)[...], of: .stderr, at: 1)
    #expect(tracker.progress.fraction == nil)
    tracker.readHeldLines(at: 2)
    #expect(tracker.progress.fraction == 0.48)
  }

  @Test func `a line that is too long, or whose start was lost, is left out`() {
    var tracker = tracker()
    let long = [UInt8](repeating: 0x20, count: LineSplitter.lineBytesMax) + Array("50%\n60%\n".utf8)
    tracker.read(long[..<(long.count - 4)], of: .stdout, at: 1)
    #expect(tracker.progress.fraction == nil)
    tracker.skipLine(of: .stdout)
    tracker.read(Array("70%\n20%\n".utf8)[...], of: .stdout, at: 1)
    #expect(tracker.progress.fraction == 0.2)
  }

  @Test func `only the streams that have a program's progress are read`() {
    let bytes = Array("[67.0%] 402/600 frames, 127.16 fps\r".utf8)
    var tracker = tracker(.x264)
    tracker.read(bytes[...], of: .stdout, at: 1)
    #expect(tracker.progress.fraction == nil)
    tracker.read(bytes[...], of: .stderr, at: 1)
    #expect(tracker.progress.fraction == 0.67)
  }

  /// Numbers to `Double`, and to no program.
  @Test(arguments: ["nan", "inf", "-inf", "1e400", "-1", ""])
  func `arguments that are no numbers of frames make no progress, and nothing worse`(
    number: String
  ) {
    let lines: [(ProgressKind, [String], String)] = [
      (.blender, ["-f", number], "Fra:1 Mem:9M | Sample 1/2\n"),
      (.blender, ["-s", number, "-e", number, "-a"], "Fra:1 Mem:9M | Sample 1/2\n"),
      (.svtAV1, ["-n", number], "Encoding frame  1 424.76 kbps 147.86 fps\n"),
      (.aomenc, ["--limit=\(number)"], "Pass 1/1 frame    1/1       1B  20 us 4.63 fps\n"),
      (.ffmpeg, ["-stream_loop", number, "-i", "a", "b"], "frame=1 time=00:00:10.72 speed=1x\r"),
    ]
    for (kind, arguments, line) in lines {
      var tracker = ProgressTracker(kind, arguments: arguments, at: 0)
      for source in ProgressSource.allCases {
        tracker.read(Array(line.utf8)[...], of: source, at: 1)
      }
      let fraction = tracker.progress.fraction ?? 0
      #expect(fraction >= 0 && fraction <= 0.99, "\(kind) \(arguments): \(fraction)")
    }
  }

  @Test func `two kinds have a descriptor for progress, and no other`() {
    let kinds = ProgressKind.allCases.filter {
      ProgressTracker($0, arguments: [], at: 0).reads(.descriptor)
    }
    #expect(Set(kinds) == [.ffmpeg, .descriptor])
  }
}
