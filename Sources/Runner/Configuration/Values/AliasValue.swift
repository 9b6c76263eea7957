/// A short name that the operator gives: of an entry, or of a pool.
enum AliasValue {
  /// `[a-z0-9][a-z0-9._-]{0,63}`: never a path, never an option, the same in every file system.
  static func isAlias(_ name: String) -> Bool {
    let isPlain = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte)
    }
    guard let first = name.utf8.first, isPlain(first), name.utf8.count <= 64 else { return false }
    return name.utf8.allSatisfy { isPlain($0) || ".-_".utf8.contains($0) }
  }
}
