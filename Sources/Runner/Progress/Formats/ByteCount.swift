/// Sizes as programs print them: a number and a unit, `91.0 MiB` or `454.61 MB`.
enum ByteCount {
  private static let units: [(name: String, bytes: Double)] = [
    ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
    ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
  ]

  /// Reads a size behind spaces; nil where there is none, or more than can be counted exactly.
  static func read(_ line: inout LineScanner) -> Double? {
    line.skipSpaces()
    guard let number = line.number() else { return nil }
    line.skipSpaces()
    for unit in units where line.skip(unit.name) {
      let bytes = number * unit.bytes
      return bytes < ProgressSample.countMax ? bytes : nil
    }
    return nil
  }
}
