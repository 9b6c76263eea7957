/// Names under which browsers may reach the service, as they stand in the Host header.
package enum HostNameValue {
  /// DNS allows no longer ones.
  private static let nameBytesMax = 253
  private static let labelBytesMax = 63

  /// Reads host names that are joined by commas.
  ///
  /// - Returns: the names in lower case, in the order of the text.
  /// - Throws: `ValueError` for a name that is none (RFC 1123, section 2.1), or that occurs twice.
  package static func list(_ text: String) throws(ValueError) -> [String] {
    let names = text.lowercased().split(separator: ",", omittingEmptySubsequences: false)
    var seen: Set<Substring> = []
    for name in names {
      guard isName(name) else {
        throw ValueError(
          "`\(name)` is not a host name: letters, digits and hyphens between dots, without a port.")
      }
      guard seen.insert(name).inserted else { throw ValueError("It has \(name) twice.") }
    }
    return names.map { String($0) }
  }

  private static func isName(_ name: Substring) -> Bool {
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return name.utf8.count <= nameBytesMax
      && labels.allSatisfy { label in
        let hyphen = UInt8(ascii: "-")
        return (1...labelBytesMax).contains(label.count) && label.first != hyphen
          && label.last != hyphen && label.allSatisfy { $0 == hyphen || isLetterOrDigit($0) }
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
