import Testing

@testable import RunnerProgress

/// Updates of real programs, byte by byte as they were captured from a pipe.
struct ProgressFormatTests {
  /// One update, and what is read from it.
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: ProgressKind
    let source: ProgressSource
    let bytes: String
    let expected: ProgressSample
    var arguments: [String] = []

    var testDescription: String { "\(kind.rawValue) \(bytes.debugDescription)" }
  }

  /// The newest sample in `bytes`, in the pieces given.
  static func sample(
    _ kind: ProgressKind, _ source: ProgressSource, _ pieces: [ArraySlice<UInt8>],
    _ arguments: [String] = []
  ) -> ProgressSample? {
    var format = kind.format(for: arguments)
    var splitter = LineSplitter()
    var newest: ProgressSample?
    for piece in pieces {
      splitter.split(piece) {
        newest = format.sample(in: LineScanner($0), of: source) ?? newest
      }
    }
    return format.sample(in: LineScanner(splitter.heldLine), of: source) ?? newest
  }

  static let video = [
    Case(
      kind: .handbrake, source: .stdout,
      bytes: "\rEncoding: task 1 of 1, 9.22 % (1.07 fps, avg 6.35 fps, ETA 00h02m08s)",
      expected: ProgressSample(fraction: 0.0922, fps: 6.35, stage: "task 1 of 1")),
    Case(
      kind: .handbrake, source: .stdout, bytes: "\rEncoding: task 2 of 2, 50.00 %",
      expected: ProgressSample(fraction: 0.75, stage: "task 2 of 2")),
    Case(
      kind: .handbrake, source: .stdout,
      bytes: """
        Progress: {
            "State": "WORKING",
            "Working": {
                "ETASeconds": 77,
                "Hours": 0,
                "Pass": 1,
                "PassCount": 2,
                "Progress": 0.5,
                "Rate": 20.5,
                "RateAvg": 21.5
            }
        }

        """,
      expected: ProgressSample(fraction: 0.25, fps: 21.5, stage: "pass 1 of 2")),
    Case(
      kind: .mkvmerge, source: .stdout, bytes: "Progress: 67%\r",
      expected: ProgressSample(fraction: 0.67)),
    Case(
      kind: .mkvmerge, source: .stdout, bytes: "#GUI#progress 82%\n",
      expected: ProgressSample(fraction: 0.82)),
    Case(
      kind: .x264, source: .stderr,
      bytes: "[67.0%] 402/600 frames, 127.16 fps, 749.05 kb/s, eta 0:00:01  \r",
      expected: ProgressSample(fraction: 0.67, fps: 127.16, frame: 402)),
    Case(
      kind: .x264, source: .stderr, bytes: "295 frames: 262.63 fps, 795.37 kb/s  \r",
      expected: ProgressSample(fps: 262.63, frame: 295)),
    Case(
      kind: .x265, source: .stderr,
      bytes: "\r          \r[55.5%] 333/600 frames, 68.95 fps, 532.90 kb/s, eta 0:00:03  \r",
      expected: ProgressSample(fraction: 0.555, fps: 68.95, frame: 333)),
    Case(
      kind: .svtAV1, source: .stderr, bytes: "Encoding          \u{8}\u{8}\u{8}      301",
      expected: ProgressSample(fraction: 0.5016666666666667, frame: 301),
      arguments: ["-i", "in.y4m", "-n", "600"]),
    Case(
      kind: .svtAV1, source: .stderr, bytes: "\rEncoding frame  101 424.76 kbps 147.86 fps  ",
      expected: ProgressSample(fps: 147.86, frame: 101)),
    Case(
      kind: .aomenc, source: .stderr,
      bytes:
        "\rPass 1/2 frame   51/50     78991B  2000 ms 25.5 fps [ETA  0:00:02]     964F\u{1b}[K",
      expected: ProgressSample(fraction: 0.25, fps: 25.5, frame: 51, stage: "pass 1 of 2")),
    Case(
      kind: .vpxenc, source: .stderr,
      bytes: "\rPass 2/2 frame    1/0          0B  469594 us 2.13 fps [ETA  unknown] \u{1b}[K",
      expected: ProgressSample(fps: 2.13, frame: 1, stage: "pass 2 of 2")),
    Case(
      kind: .vpxenc, source: .stderr,
      bytes: "\rPass 2/2 frame   50/0          0B  469594 us 2.13 fps [ETA  unknown] \u{1b}[K",
      expected: ProgressSample(fraction: 0.75, fps: 2.13, frame: 50, stage: "pass 2 of 2"),
      arguments: ["--limit=100"]),
    Case(
      kind: .rav1e, source: .stderr,
      bytes: "\rencoded 30/60 frames, 7.008 fps, 1565.88 Kb/s, est. size: 0.37 MB, est. time: 4s, ",
      expected: ProgressSample(fraction: 0.5, fps: 7.008, frame: 30)),
    Case(
      kind: .dav1d, source: .stderr,
      bytes: "Decoded 225/450 frames (50.0%) - 127.59/30.00 fps (4.25x)\n",
      expected: ProgressSample(fraction: 0.5, speed: 4.25, fps: 127.59, frame: 225)),
    Case(
      kind: .melt, source: .stderr, bytes: "Current Frame:        303, percentage:         50\r",
      expected: ProgressSample(fraction: 0.5, frame: 303)),
    Case(
      kind: .gstreamer, source: .stdout,
      bytes: "progressreport0 (00:00:02): 1125 / 1500 seconds (75.0 %)\n",
      expected: ProgressSample(fraction: 0.75, outputSeconds: 1125)),
    Case(
      kind: .mencoder, source: .stdout,
      bytes: "Pos:  10.0s    301f (52%) 99.54fps Trem:   0min   3mb  A-V:0.031 [639:705]\r",
      expected: ProgressSample(fraction: 0.52, fps: 99.54, frame: 301, outputSeconds: 10)),
    Case(
      kind: .blender, source: .stdout,
      bytes: "Fra:2 Mem:9.90M (Peak 20.29M) | Time:00:00.00 | Scene, ViewLayer | Sample 16/32\n",
      expected: ProgressSample(fraction: 0.375, frame: 2, stage: "frame 2"),
      arguments: ["-b", "x.blend", "-s", "1", "-e", "4", "-a"]),
    Case(
      kind: .blender, source: .stdout,
      bytes: "Fra:2 Mem:9.90M (Peak 20.29M) | Time:00:00.00 | Scene, ViewLayer | Sample 16/32\n",
      expected: ProgressSample(frame: 2, stage: "frame 2"), arguments: ["-b", "x.blend", "-a"]),
  ]

  static let audio = [
    Case(
      kind: .sox, source: .stderr,
      bytes: "\rIn:48.0% 00:11:59.82 [00:13:00.18] Out:69.1M [     -|==    ]        Clip:0    ",
      expected: ProgressSample(fraction: 0.48, outputSeconds: 719.82)),
    Case(
      kind: .flac, source: .stderr,
      bytes: "a.wav: 10% complete, ratio=0.1\u{8}\u{8}\u{8}62% complete, ratio=0.078",
      expected: ProgressSample(fraction: 0.62)),
    Case(
      kind: .lame, source: .stderr,
      bytes: "\r 11485/22970  (50%)|    0:03/    0:06|    0:03/    0:06|   97.789x|    0:03 \n",
      expected: ProgressSample(fraction: 0.5, speed: 97.789, frame: 11485)),
    Case(
      kind: .opusenc, source: .stderr,
      bytes: "\r[-] 82% 00:08:12.48 98.5x realtime, 63.49 kbit/s",
      expected: ProgressSample(fraction: 0.82, speed: 98.5, outputSeconds: 492.48)),
    Case(
      kind: .oggenc, source: .stderr, bytes: "\r\t[ 50.0%] [ 0m06s remaining] - ",
      expected: ProgressSample(fraction: 0.5)),
  ]

  static let files = [
    Case(
      kind: .rsync, source: .stdout, bytes: "\r    269,342,233  62%   40.00MB/s    0:00:03  ",
      expected: ProgressSample(fraction: 0.62, outputBytes: 269_342_233)),
    Case(
      kind: .curl, source: .stderr,
      bytes: "\r 60  400M   60  240M    0     0  61.0M      0  0:00:06  0:00:03  0:00:03 61.0M",
      expected: ProgressSample(fraction: 0.6)),
    Case(
      kind: .curl, source: .stderr, bytes: "############           87.7%\r",
      expected: ProgressSample(fraction: 0.877)),
    Case(
      kind: .wget, source: .stderr,
      bytes: "204800K .......... .......... .......... .......... .......... 50%  453M 3s\n",
      expected: ProgressSample(fraction: 0.5)),
    Case(
      kind: .aria2, source: .stdout,
      bytes: "\u{1b}[1;32m[#25dfaa 190MiB/400MiB(47%) CN:1 DL:45MiB ETA:4s]\u{1b}[0m\n",
      expected: ProgressSample(fraction: 0.47)),
    Case(
      kind: .sevenZip, source: .stdout,
      bytes: "\u{8}\u{8}\u{8}               \u{8}\u{8}\u{8} 50% + text.bin",
      expected: ProgressSample(fraction: 0.5)),
    Case(
      kind: .zstd, source: .stderr, bytes: "\rRead:  94.0 MiB /   188 MiB ==> 24%",
      expected: ProgressSample(fraction: 0.5)),
    Case(
      kind: .xz, source: .stderr,
      bytes: "t40.bin: 34.4 %, 1024 KiB / 13.1 MiB = 0.241, 4.3 MiB/s, 0:03\n",
      expected: ProgressSample(fraction: 0.344, outputBytes: 1_048_576)),
    Case(
      kind: .pv, source: .stderr, bytes: "60\n", expected: ProgressSample(fraction: 0.6)),
    Case(
      kind: .pv, source: .stderr,
      bytes: "\r 300MiB 0:00:05 [58.7MiB/s] [========================>         ] 75% ETA 0:00:01",
      expected: ProgressSample(fraction: 0.75)),
    Case(
      kind: .par2, source: .stdout, bytes: "Processing: 50.1%\r",
      expected: ProgressSample(fraction: 0.501)),
    Case(
      kind: .vips, source: .stdout, bytes: "vips temp-2: 50% complete\r",
      expected: ProgressSample(fraction: 0.5)),
    Case(
      kind: .imageMagick, source: .stderr,
      bytes: "Resize/Image//tmp/x[img2.png]: 4350 of 5400, 80% complete\r",
      expected: ProgressSample(stage: "Resize")),
    Case(
      kind: .restic, source: .stdout,
      bytes: """
        {"message_type":"status","seconds_elapsed":4,"seconds_remaining":5,"percent_done":0.49367}

        """, expected: ProgressSample(fraction: 0.49367)),
    Case(
      kind: .restic, source: .stdout,
      bytes: "[0:01] 48.13%  1 files 285.225 MiB, total 3 files 592.597 MiB, 0 errors ETA 0:02\n",
      expected: ProgressSample(fraction: 0.4813)),
    Case(
      kind: .borg, source: .stderr,
      bytes: "454.61 MB O 448.72 MB C 448.72 MB D 2 N opt/disc/in/text.bin           \r",
      expected: ProgressSample(outputBytes: 448_720_000)),
    Case(
      kind: .percent, source: .stdout, bytes: "step 3 of 9: 12.5 % done\n",
      expected: ProgressSample(fraction: 0.125)),
    Case(
      kind: .json, source: .stdout,
      bytes: #"{"percent":25,"stage":"mux","fps":30,"frame":7,"outputSeconds":1.5}"# + "\n",
      expected: ProgressSample(
        fraction: 0.25, fps: 30, frame: 7, outputSeconds: 1.5, stage: "mux")),
  ]

  static let scripts = [
    Case(
      kind: .descriptor, source: .descriptor, bytes: "12.5\n",
      expected: ProgressSample(fraction: 0.125)),
    Case(
      kind: .descriptor, source: .descriptor, bytes: "step 2: 40 %\n",
      expected: ProgressSample(fraction: 0.4)),
    Case(
      kind: .descriptor, source: .descriptor, bytes: #"{"fraction":0.5,"stage":"mux"}"# + "\n",
      expected: ProgressSample(fraction: 0.5, stage: "mux")),
  ]

  static let ffmpeg = [
    Case(
      kind: .ffmpeg, source: .stderr,
      bytes: "frame=  320 fps=158 q=29.0 size=     768kB time=00:00:10.72 bitrate= 586.5kbits/s "
        + "speed=5.29x    \r",
      expected: ProgressSample(
        fraction: 0.536, speed: 5.29, fps: 158, frame: 320, outputSeconds: 10.72,
        outputBytes: 786_432), arguments: ["-f", "lavfi", "-i", "x", "-t", "20", "o.mp4"]),
    Case(
      kind: .ffmpeg, source: .stderr,
      bytes: "frame=  335 fps=134 q=29.0 size=    1024KiB time=00:00:13.65 bitrate= 614.4kbits/s "
        + "speed=5.45x elapsed=0:00:02.50    \r",
      expected: ProgressSample(
        speed: 5.45, fps: 134, frame: 335, outputSeconds: 13.65, outputBytes: 1_048_576)),
    Case(
      kind: .ffmpeg, source: .stderr,
      bytes: "size=N/A time=00:00:05.00 bitrate=N/A speed= 180x    \r",
      expected: ProgressSample(speed: 180, outputSeconds: 5)),
    Case(
      kind: .ffmpeg, source: .descriptor,
      bytes: "frame=322\nfps=158.87\nstream_0_0_q=29.0\nbitrate= 582.7kbits/s\ntotal_size=786480\n"
        + "out_time_us=10797279\nout_time_ms=10797279\nout_time=00:00:10.797279\ndup_frames=0\n"
        + "drop_frames=0\nspeed=5.33x\nprogress=continue\n",
      expected: ProgressSample(
        speed: 5.33, fps: 158.87, frame: 322, outputSeconds: 10.797279, outputBytes: 786_480)),
    Case(
      kind: .ffmpeg, source: .descriptor,
      bytes: "total_size=0\nout_time_us=N/A\nout_time_ms=N/A\nout_time=N/A\nspeed=   0x\n"
        + "progress=continue\n",
      expected: ProgressSample(speed: 0, outputBytes: 0)),
    Case(
      kind: .ffmpeg, source: .descriptor,
      bytes: "out_time_us=-577014322775807\nout_time=-577014:32:22.775807\nspeed=N/A\n"
        + "progress=end\n", expected: ProgressSample()),
  ]

  static var all: [Case] { video + audio + files + scripts + ffmpeg }

  // Proves P-380.
  @Test(arguments: all)
  func `an update of a real program is read`(update: Case) {
    let bytes = Array(update.bytes.utf8)
    #expect(
      Self.sample(update.kind, update.source, [bytes[...]], update.arguments) == update.expected)
  }

  // Proves P-380.
  @Test(arguments: all)
  func `an update may come in any two pieces, and in single bytes`(update: Case) {
    let bytes = Array(update.bytes.utf8)
    for cut in bytes.indices {
      let pieces = [bytes[..<cut], bytes[cut...]]
      #expect(Self.sample(update.kind, update.source, pieces, update.arguments) == update.expected)
    }
    let singles = bytes.indices.map { bytes[$0...$0] }
    #expect(Self.sample(update.kind, update.source, singles, update.arguments) == update.expected)
  }

  @Test func `every kind has an update here`() {
    #expect(Set(Self.all.map(\.kind)) == Set(ProgressKind.allCases))
  }

  @Test(arguments: ProgressKind.allCases, ["42", "100", "12345678", "a 3/4 b", "50 percent", ""])
  func `a bare number moves no bar`(kind: ProgressKind, line: String) {
    guard kind != .pv, kind != .descriptor else { return }
    for source in ProgressSource.allCases {
      #expect(Self.sample(kind, source, [Array((line + "\n").utf8)[...]])?.fraction == nil)
    }
  }
}
