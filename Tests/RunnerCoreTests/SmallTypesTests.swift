import Testing

@testable import RunnerCore

/// Ids, argument strings and the queue underneath.
struct SmallTypesTests {
  /// The WhiteSpace and LineTerminator of ECMA-262, one by one.
  private static let whiteSpace: [Unicode.Scalar] = [
    "\u{9}", "\u{a}", "\u{b}", "\u{c}", "\u{d}", " ", "\u{a0}", "\u{1680}", "\u{2000}", "\u{2001}",
    "\u{2002}", "\u{2003}", "\u{2004}", "\u{2005}", "\u{2006}", "\u{2007}", "\u{2008}", "\u{2009}",
    "\u{200a}", "\u{2028}", "\u{2029}", "\u{202f}", "\u{205f}", "\u{3000}", "\u{feff}",
  ]

  @Test func `arguments are split at what JavaScript calls white space and nothing else`() {
    let separators = (UInt32(0)...0xffff).compactMap { Unicode.Scalar($0) }
      .filter { ArgumentSplitter.split("a\($0)b") == ["a", "b"] }
    #expect(separators == Self.whiteSpace)
  }

  @Test(
    arguments: [
      ("", []), (" \t\n", []), ("a", ["a"]), ("  foo   bar\tbaz\n", ["foo", "bar", "baz", ""]),
      (#""a b" c"#, [#""a"#, #"b""#, "c"]), ("a\r\nb", ["a", "b"]), ("$(x);y|z", ["$(x);y|z"]),
      ("a\u{301} b", ["a\u{301}", "b"]), ("a\u{200b}b", ["a\u{200b}b"]), ("a\0b", ["a\0b"]),
      ("a \u{301}b", ["a", "\u{301}b"]),
    ] as [(String, [String])])
  func `runs of white space separate and quotes mean nothing`(text: String, arguments: [String]) {
    let split = ArgumentSplitter.split(text)
    #expect(split.map { Array($0.utf8) } == arguments.map { Array($0.utf8) })
  }

  @Test func `ids are forty lower-case digits and never the same`() {
    let ids = (0..<1000).map { _ in JobID.random() }
    #expect(Set(ids).count == ids.count)
    for id in ids { #expect(JobID(id.description) == id) }
    let digits = Set(ids.flatMap { $0.description })
    #expect(digits == Set("0123456789abcdef"))
  }

  @Test(arguments: [
    "", "0123456789abcdef0123456789abcdef0123456", "0123456789abcdef0123456789abcdef012345678",
    "0123456789ABCDEF0123456789abcdef01234567", "0123456789abcdeg0123456789abcdef01234567",
    "0123456789abcdef0123456789abcdef0123456/", "0123456789abcdef0123456789abcdef012345é",
    "０123456789abcdef0123456789abcdef01234", "0123456789abcdef0123456789abcdef0123456\0",
  ])
  func `anything else is no id`(text: String) {
    #expect(JobID(text) == nil)
  }

  @Test func `the queue gives back what came first`() {
    var queue = FirstInFirstOut<Int>()
    var popped: [Int] = []
    for number in 0..<10_000 {
      queue.append(number)
      if number % 3 != 0, let first = queue.popFirst() { popped.append(first) }
    }
    #expect(queue.count == 10_000 - popped.count)
    while let first = queue.popFirst() { popped.append(first) }
    #expect(popped == Array(0..<10_000))
    #expect(queue.count == 0)
  }
}
