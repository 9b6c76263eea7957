import RunnerCore
import Testing
import TextFormats

@testable import RunnerHTTP

/// The fields of a PUT: where a piece stands in its file, and its digests.
struct FileFieldTests {
  @Test(arguments: [
    ("bytes 0-0/1", 0, 1, true), ("bytes 0-3/8", 0, 4, false), ("bytes 4-7/8", 4, 4, true),
    ("bytes 5-9/*", 5, 5, false),
  ])
  func `a range of bytes is read`(text: String, offset: Int, count: Int, isLast: Bool) throws {
    let range = try #require(ContentRange(text))
    #expect(range.offset == offset && range.byteCount == count && range.isLast == isLast)
  }

  @Test(arguments: [
    "", "bytes", "bytes */8", "bytes 3-2/8", "bytes 0-8/8", "bytes 0-3", "bytes -3/8",
    "bytes 0-3/8/9", "lines 0-3/8", "bytes=0-3/8", "bytes 0-3/8,bytes 4-7/8",
    "bytes 0-99999999999999999999/*", "bytes +0-3/8", "bytes 0 - 3/8",
  ])
  func `anything else is none`(text: String) {
    #expect(ContentRange(text) == nil)
  }

  private static let sha256 = Base64.encode([UInt8](repeating: 7, count: 32))
  private static let sha512 = Base64.encode([UInt8](repeating: 9, count: 64))

  @Test func `digests of known algorithms are read, and others left out`() throws {
    let text = "md5=:AAAA:, sha-256=:\(Self.sha256): ,sha-512=:\(Self.sha512):"
    let digests = try #require(DigestField.digests(in: text))
    #expect(digests.map(\.algorithm) == [.sha256, .sha512])
    #expect(digests.first?.bytes == [UInt8](repeating: 7, count: 32))
    #expect(DigestField.digests(in: "") == [])
  }

  @Test(arguments: [
    ";a", ";a=1; b=\"x,y;\\\"z\"", "; a=:AAAA:", ",unixsum=30637", ", adler, crc32c=?1;x",
    ", new=(\"a,b\" 1);q=1", ", new=%\"f%c3%bc,\"", ", *x=1.5",
  ])
  func `parameters and other algorithms with any value are left out`(rest: String) throws {
    let digests = try #require(DigestField.digests(in: "sha-256=:\(Self.sha256):\(rest)"))
    let wanted = try #require(FileDigest(.sha256, [UInt8](repeating: 7, count: 32)))
    #expect(digests == [wanted])
  }

  @Test func `a comma within a string makes no digest`() {
    #expect(DigestField.digests(in: "x=\",sha-256=:\(Self.sha256):\"") == [])
    #expect(DigestField.digests(in: "sha-256=:\(Self.sha256):x") == nil)
  }

  @Test(arguments: [
    "x=\"", "=:AAAA:", "A=1", "sha-256=:AAAA:x", "sha-256;a", "sha-256=1;a", "x=1,",
    "sha-256", "sha-256=", "sha-256=:", "sha-256=::", "sha-256=:AAAA:", "sha-256=abc",
    "sha-256=:****:", ",", "sha-256=:AAAA:,",
  ])
  func `a field that is malformed is refused`(text: String) {
    #expect(DigestField.digests(in: text) == nil)
  }

  @Test(arguments: [("a%20b", "a b"), ("a+b", "a+b"), ("%C3%A9", "é"), ("%2e%2e", "..")])
  func `a name is decoded once`(written: String, name: String) {
    #expect(PercentEncoding.bytes(of: written) == Array(name.utf8))
  }

  @Test(arguments: ["%", "%2", "%zz", "a%"])
  func `a broken encoding is no name`(written: String) {
    #expect(PercentEncoding.bytes(of: written) == [])
  }
}
