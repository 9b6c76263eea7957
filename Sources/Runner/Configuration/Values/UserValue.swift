/// The user that jobs run as, by name or number. Never root.
package enum UserValue {
  /// useradd(8) makes no longer ones.
  private static let nameBytesMax = 32

  /// Checks the name or number of a user; whether the host has that user is not asked.
  ///
  /// - Returns: `text`, unchanged.
  /// - Throws: `ValueError` for root, for a number above 4,294,967,293, and for a name that
  ///   useradd(8) would not make.
  package static func parse(_ text: String) throws(ValueError) -> String {
    if let number = NumberValue.digits(text[...]) {
      guard (1...Int(UInt32.max) - 2).contains(number) else {
        throw ValueError("Jobs never run as root, and \(UInt32.max - 2) is the largest id.")
      }
      return text
    }
    guard text != "root" else {
      throw ValueError("Jobs never run as root; name an unprivileged user.")
    }
    let isAllowed = { (byte: UInt8) in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard (1...nameBytesMax).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed),
      text.utf8.first != UInt8(ascii: "-")
    else {
      throw ValueError(
        "It must be a user name of at most \(nameBytesMax) letters, digits, `_`, `-` and `.`.")
    }
    return text
  }
}
