import Testing

@testable import RunnerClient

struct TerminalFilterTests {
  private static let cases: [([UInt8], [UInt8])] = [
    (Array("plain\ttext\r\n\u{8}".utf8), Array("plain\ttext\r\n\u{8}".utf8)),
    (Array("a\u{1b}[31mred\u{1b}[0mb".utf8), Array("aredb".utf8)),
    (Array("a\u{1b}]0;title\u{7}b\u{1b}]52;c;aGk=\u{1b}\\c".utf8), Array("abc".utf8)),
    (Array("a\u{1b}Pq#0;2;0\u{1b}\\b\u{1b}_x\u{1b}\\c\u{1b}^y\u{1b}\\d".utf8), Array("abcd".utf8)),
    (Array("a\u{1b}(0b\u{1b}cc".utf8), Array("abc".utf8)),
    (Array("a\u{9b}2Jb\u{9d}0;x\u{7}c\u{85}d".utf8), Array("abcd".utf8)),
    ([0x61, 0x07, 0x00, 0x7f, 0x0e, 0x62], [0x61, 0x62]),
    ([0x61, 0x9b, 0x32, 0x4a], [0x61, 0x3f, 0x32, 0x4a]),
    ([0xe2, 0x82, 0xac, 0xff, 0xe2, 0x41], [0xe2, 0x82, 0xac, 0x3f, 0x3f, 0x41]),
    (Array("a\u{202e}b\u{2066}c".utf8), Array("abc".utf8)),
    (Array("a\u{1b}]never ends\nb".utf8), Array("a\nb".utf8)),
  ]

  @Test(arguments: cases)
  func `what steers a terminal is taken out, wherever it is cut`(bytes: [UInt8], shown: [UInt8]) {
    for cut in 0...bytes.count {
      var filter = TerminalFilter()
      let parts = filter.shown(bytes[..<cut]) + filter.shown(bytes[cut...])
      #expect(parts == shown, "cut at \(cut)")
    }
  }

  @Test func `a string that does not end hides a bounded part`() {
    var filter = TerminalFilter()
    let bytes = Array("\u{1b}]".utf8) + [UInt8](repeating: 0x61, count: 10_000)
    #expect(filter.shown(bytes).count >= 10_000 - TerminalFilter.sequenceBytesMax)
  }
}
