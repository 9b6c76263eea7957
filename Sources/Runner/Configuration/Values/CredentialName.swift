/// `credential:NAME` in the place of a file: a credential that systemd hands to the unit of the
/// service (LoadCredential= of systemd.exec(5)).
package struct CredentialName: Hashable, Sendable {
  /// Name of the credential, and of its file in the folder of the unit's credentials.
  package let name: String

  private static let prefix = "credential:"
  /// As long as the name of a file: credential_name_valid of systemd.
  private static let bytesMax = 255

  /// Reads the name.
  ///
  /// - Returns: nil for a text that names no credential.
  /// - Throws: `ValueError` for a name that systemd does not take.
  package init?(_ text: String) throws(ValueError) {
    guard text.utf8.starts(with: Self.prefix.utf8) else { return nil }
    name = String(text.dropFirst(Self.prefix.count))
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
      default: "_.-".utf8.contains(byte)
      }
    }
    guard isPlain, (1...Self.bytesMax).contains(name.utf8.count), !".-".contains(name.prefix(1))
    else {
      throw ValueError(
        "`\(text)`: the name of a credential has letters, digits, `_`, `.` and `-`, and begins "
          + "with none of the last two.")
    }
  }
}
