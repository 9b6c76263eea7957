import Testing

@testable import RunnerCore

/// Progress that programs write over itself; the samples are bytes that the programs wrote.
struct LineCollapserTests {
  private static let samples: [(raw: String, shown: String)] = [
    ("plain\nlines\n", "plain\nlines\n"),
    ("no end", "no end"),
    ("", ""),
    ("a\r\nb\r\n", "a\nb\n"),
    ("\n\n \n", "\n\n \n"),
    // ffmpeg, mkvmerge: behind.
    ("frame=  1 fps=1    \rframe=320 fps=158    \rframe=321 Lsize=9\n", "frame=321 Lsize=9\n"),
    ("Progress: 1%\rProgress: 100%\rProgress: 100%\rdone\n", "done\n"),
    ("Progress: 67%\r", "Progress: 67%"),
    // x264: blanked before the line that follows.
    (
      "[9%] 9/99 frames\r[99%] 98/99 frames\r                \r\nencoded 99 frames\n",
      "[99%] 98/99 frames\nencoded 99 frames\n"
    ),
    // HandBrakeCLI, sox: in front.
    ("\rEncoding: 1 %\rEncoding: 9.22 %\nEncode done!\n", "Encoding: 9.22 %\nEncode done!\n"),
    // zstd: a line of spaces between.
    ("\rRead:  1\r        \rRead: 91.0 MiB ==> 24%\n", "Read: 91.0 MiB ==> 24%\n"),
    // SvtAv1EncApp: backspaces.
    (
      "Encoding          \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}"
        + "      300\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}      301\nSUMMARY\n",
      "Encoding       301\nSUMMARY\n"
    ),
    // flac: over characters of more than one byte too.
    ("ü: 1%\u{8}\u{8}62%\n", "ü: 62%\n"), ("ü\u{8}x\n", "x\n"), ("a\u{8}\u{8}\u{8}b\n", "b\n"),
    // aomenc: erase in line; lame: cursor up. Colours stay.
    ("\rPass 1 \u{1b}[K\rPass 2 \u{1b}[K\n", "Pass 2 \n"),
    ("\u{1b}[A\u{1b}[12Aup\n", "up\n"), ("\u{1b}[1;32mok\u{1b}[0m\n", "\u{1b}[1;32mok\u{1b}[0m\n"),
    ("\u{1b}c\u{1b}\n", "\u{1b}c\u{1b}\n"), ("x\u{1b}[", "x\u{1b}["),
  ]

  @Test(arguments: samples)
  func `of each line its last state is left`(raw: String, shown: String) {
    let bytes = Array(raw.utf8)
    for step in [1, 2, 3, 5, max(1, bytes.count)] {
      var collapser = LineCollapser()
      var lines: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: step) {
        lines += collapser.collapse(bytes[start..<min(start + step, bytes.count)])
      }
      lines += collapser.finish()
      #expect(String(decoding: lines, as: UTF8.self) == shown, "\(step) bytes at a time")
    }
  }

  @Test func `a line that never ends is not held in memory`() {
    var collapser = LineCollapser()
    var count = 0
    for _ in 0..<100 {
      count += collapser.collapse([UInt8](repeating: 0x61, count: 4096)[...]).count
    }
    #expect(count >= 99 * 4096 - (16 << 10))
    #expect(count + collapser.finish().count == 100 * 4096)
  }

  @Test func `a stream that is collapsed keeps and counts its lines alone`() {
    let output = CapturedOutput(
      bytesMax: 100, budget: OutputBudget(bytesMax: 1 << 20), collapsesLines: true)
    for percent in 0...100 { output.append(Array("\r\(percent) %".utf8)[...]) }
    #expect(output.snapshot().keptBytes == 0, "the line has not ended")
    output.append(Array("\ndone\r".utf8)[...])
    #expect(output.snapshot().joined == Array("100 %\n".utf8))
    output.finish()
    let captured = output.snapshot()
    #expect(captured.joined == Array("100 %\ndone".utf8) && captured.droppedBytes == 0)
  }
}
