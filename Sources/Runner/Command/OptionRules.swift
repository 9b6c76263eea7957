/// What no single value shows to be wrong.
enum OptionRules {
  /// How far a misspelt name may be from the one that is suggested for it.
  private static let distanceMax = 3

  /// - Throws: `OptionError` when the options do not make sense together.
  static func check(_ options: Options) throws(OptionError) {
    guard !options.whitelist.isEmpty else {
      throw OptionError(
        what: "-w", why: "Nothing may run without a whitelist; name the programs that may.",
        example: "http-runner -w /usr/bin/ffmpeg,/usr/bin/rake")
    }
    guard options.insecureNoAuth || AddressValue.isLoopback(options.interface) else {
      throw OptionError(
        what: "-i \(options.interface)",
        why: "Other machines reach this address, and nothing asks them who they are: whoever gets "
          + "there may run the whitelist. Listen on loopback, or say --insecure-no-auth as well.",
        example: "-i 127.0.0.1")
    }
    do throws(ValueError) {
      try IDRange.check(options.idRange, running: options.running)
    } catch {
      let range = options.idRange
      let enough = IDRange.standard(running: options.running)
      throw OptionError(
        what: "--id-range \(range.lowerBound)-\(range.upperBound)", why: error.why,
        example: "--id-range \(enough.lowerBound)-\(enough.upperBound)")
    }
  }

  /// The option whose name is most like `name`; nil if none is much like it.
  static func nearest(to name: String) -> OptionRow? {
    let name = Array(name.lowercased().utf8)
    let near = OptionTable.rows.map { (row: $0, distance: distance(name, Array($0.long.utf8))) }
    let best = near.min { $0.distance < $1.distance }
    guard let best, best.distance <= distanceMax, best.distance < best.row.long.utf8.count / 2 + 1
    else { return nil }
    return best.row
  }

  /// How many bytes must be inserted, removed or replaced to make `left` into `right`.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var above = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = above[column] + (byte == other ? 0 : 1)
        current.append(min(replaced, above[column + 1] + 1, current[column] + 1))
      }
      above = current
    }
    return above[right.count]
  }
}
