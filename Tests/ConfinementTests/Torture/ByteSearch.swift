import Glibc

/// Looking through much JSON for little: a parser of a test that is built for debugging would take
/// longer than what is tested. JSON holds no NUL, so C's functions do.
enum ByteSearch {
  static func areSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe memcmp(one, other, one.count) == 0
  }

  /// The text behind the first key of this name; nil where that is no text.
  static func value(of key: String, in bytes: [UInt8]) -> String? {
    let words = "\"\(key)\":\""
    guard let start = places(of: words, in: bytes, atMost: 1).first else { return nil }
    let value = bytes[(start + words.utf8.count)...].prefix { $0 != UInt8(ascii: "\"") }
    return String(decoding: value, as: UTF8.self)
  }

  /// The objects of a page of jobs, which all begin with their id.
  static func jobs(inPage bytes: [UInt8]) -> [[UInt8]] {
    let starts = places(of: "{\"id\":\"", in: bytes, atMost: .max)
    let end = places(of: "],\"next\":", in: bytes, atMost: .max).last ?? bytes.count
    return starts.indices.map { index in
      // Between two of them there is a comma.
      let next = index + 1 < starts.count ? starts[index + 1] - 1 : end
      return Array(bytes[starts[index]..<next])
    }
  }

  private static func places(of words: String, in bytes: [UInt8], atMost most: Int) -> [Int] {
    let text = bytes + [0]
    return unsafe text.withUnsafeBytes { buffer in
      guard let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else {
        return []
      }
      var places: [Int] = []
      var rest = unsafe base
      while places.count < most, let found = unsafe strstr(rest, words) {
        places.append(unsafe UnsafePointer(found) - base)
        unsafe rest = UnsafePointer(found) + 1
      }
      return places
    }
  }
}
