/// Where the settings of one entry stand: in the entry itself, in the defaults, or nowhere.
struct SettingPlaces {
  /// `entries.NAME`, or what else the entry is called.
  let name: String
  /// Where the entry begins.
  let start: SourcePosition?
  let own: [String: SourcePosition]
  let defaults: [String: SourcePosition]

  /// The place of a key and how it is called there.
  func place(of key: String) -> (position: SourcePosition?, key: String) {
    if let position = own[key] { return (position, "\(name).\(key)") }
    if let position = defaults[key] { return (position, "defaults.\(key)") }
    return (start, "\(name).\(key)")
  }
}
