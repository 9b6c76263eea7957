extension StringProtocol {
  /// The parts of the text between bytes of ASCII, without the empty ones.
  ///
  /// For paths and for files of the kernel, whose separators are bytes: `split` of texts compares
  /// characters, and a separator before a combining mark, or CR before LF, is one character with
  /// it and separates nothing.
  package func fields(separatedBy separator: Unicode.Scalar) -> [Substring] {
    Substring(self).utf8.split(separator: UInt8(ascii: separator)).map { Substring($0) }
  }
}
