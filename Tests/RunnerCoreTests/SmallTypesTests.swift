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

  @Test func `a heap gives what it holds in order`() {
    var heap = PriorityHeap<Int>()
    var held: [Int] = []
    var seed: UInt64 = 7
    for step in 0..<5_000 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if step % 3 == 2 {
        let least = held.min()
        #expect(heap.popFirst() == least)
        if let least, let index = held.firstIndex(of: least) { held.remove(at: index) }
      } else {
        let value = Int(seed >> 54)
        heap.insert(value)
        held.append(value)
      }
    }
    held.sort()
    for value in held { #expect(heap.popFirst() == value) }
    #expect(heap.popFirst() == nil && heap.isEmpty)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (951_782_400_123_456, "2000-02-29T00:00:00.123Z"),
    (1_709_251_199_999_999, "2024-02-29T23:59:59.999Z"),
    (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
    (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
  ])
  func `a moment reads as RFC 3339 has it`(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test func `an id is the same as text and as bytes`() throws {
    let text = "0123456789abcdef0123456789abcdef01234567"
    let id = try #require(JobID(text))
    #expect(id.description == text && id.bytes.count == JobID.byteCount)
    #expect(JobID(bytes: id.bytes) == id)
    #expect(JobID(bytes: Array(id.bytes.dropLast())) == nil)
    #expect(JobID(text.uppercased()) == nil && JobID("é" + text.dropFirst(2)) == nil)
    let random = JobID.random()
    #expect(JobID(random.description) == random && JobID.random() != random)
  }
}
