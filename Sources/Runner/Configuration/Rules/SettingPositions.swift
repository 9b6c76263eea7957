import TextFormats

/// Source positions of the settings of one entry: in the entry itself, or in `defaults`.
struct SettingPositions {
  /// `entries.NAME`, or what else the entry is called.
  let name: String
  /// Where the entry begins.
  let start: SourcePosition?
  let own: [String: SourcePosition]
  let defaults: [String: SourcePosition]

  /// The source position of a key, and its name there.
  func position(of key: String) -> (position: SourcePosition?, key: String) {
    if let position = own[key] { return (position, "\(name).\(key)") }
    if let position = defaults[key] { return (position, "defaults.\(key)") }
    return (start, "\(name).\(key)")
  }
}
