/// The type of a setting's value, and its range.
package enum SettingKind: Hashable, Sendable {
  /// True or false.
  case flag
  /// A whole number of the range.
  case count(ClosedRange<Int>)
  /// Bytes: a number, or a string with K, M or G.
  case size(ClosedRange<Int>)
  /// Seconds: a number, or a string with s, m, h or d.
  case seconds(ClosedRange<Int>)
  /// A number with at most two digits behind the point; the range is in hundredths.
  case hundredths(ClosedRange<Int>)
  /// A text of the format.
  case text(TextFormat)
  /// A list of texts of the format, at most `countMax`.
  case texts(TextFormat, countMax: Int)
  /// A list of whole numbers of the range, at most `countMax`.
  case counts(ClosedRange<Int>, countMax: Int)
  /// One of these words.
  case choice([String])
  /// A list of these words, each at most once.
  case choices([String])
  /// `none`, `loopback`, `all`, or an object with lists of ports.
  case network
  /// Bounds of block devices.
  case inputOutput
  /// An object of names and values.
  case variables
  /// A list of argument patterns, at most `countMax`.
  case patterns(countMax: Int)
  /// A list of argument patterns, and of lists of them.
  case sequences
  /// An object of names of pools and their slots.
  case pools
  /// An object of names and commands.
  case commands
  /// An object of names and hooks.
  case hooks
  /// A list of principals that connections make known.
  case principals

  /// Block devices that can be bounded.
  static let devicesMax = 16
  static let portsMax = 64
  static let networkWords = ["none", "loopback", "all"]
}
