/// One setting: where it stands in the file, what it takes, how the command line spells it, what it
/// means, and where its value goes. Everything that is said of a setting is derived from this.
package struct Setting: Sendable {
  /// The command-line option that is its shorthand.
  package struct Flag: Sendable {
    /// Name of the option, without the dashes.
    package let name: String
    /// Short name of the option, without the dash; nil where there is none.
    package let short: Character?
    /// Name of the option's value in the help text.
    package let placeholder: String
    /// Heading of the help text under which the option stands.
    package let group: Group

    init(_ name: String, short: Character? = nil, _ placeholder: String, _ group: Group) {
      self.name = name
      self.short = short
      self.placeholder = placeholder
      self.group = group
    }
  }

  /// Headings of the help text, in its order.
  package enum Group: String, Sendable, CaseIterable {
    case service = "What runs, and who may ask"
    case jobs = "Jobs"
    case reach = "What jobs may reach"
    case limits = "Limits of each job"
    case http = "HTTP"
    case paths = "Where things are"
    case program = "This program"
  }

  /// Puts the value of a setting into the settings of the service, or into those of an entry.
  package enum Store: Sendable {
    /// For a setting of the service.
    case service(@Sendable (inout ServiceSettings, SettingValue) -> Void)
    /// For a setting of entries.
    case entry(@Sendable (inout EntrySettings, SettingValue) -> Void)
  }

  /// Path of the setting within its section, with full stops between keys: `limits.cpu`.
  package let key: String
  /// Which values the setting takes.
  package let kind: SettingKind
  /// The default as JSON5; nil when there is none, or none that can be written.
  package let defaultValue: String?
  /// The default in words, where it cannot be written; nil where it can, or where there is none.
  package let defaultDescription: String?
  /// Meaning of the setting: a sentence without its full stop.
  package let help: String
  /// A value that the setting accepts, as JSON5.
  package let example: String
  /// The option that sets it; nil where only a file can.
  package let flag: Flag?
  /// Where its value goes.
  package let store: Store

  static func service(
    _ key: String, _ kind: SettingKind, defaultValue: String? = nil,
    defaultDescription: String? = nil,
    _ help: String, example: String, flag: Flag? = nil,
    _ store: @escaping @Sendable (inout ServiceSettings, SettingValue) -> Void
  ) -> Setting {
    Setting(
      key: key, kind: kind, defaultValue: defaultValue, defaultDescription: defaultDescription,
      help: help,
      example: example, flag: flag, store: .service(store))
  }

  static func entry(
    _ key: String, _ kind: SettingKind, defaultValue: String? = nil,
    defaultDescription: String? = nil,
    _ help: String, example: String, flag: Flag? = nil,
    _ store: @escaping @Sendable (inout EntrySettings, SettingValue) -> Void
  ) -> Setting {
    Setting(
      key: key, kind: kind, defaultValue: defaultValue, defaultDescription: defaultDescription,
      help: help,
      example: example, flag: flag, store: .entry(store))
  }

  /// The example as a value behind the option on a command line.
  package var flagExample: String { Self.typed(example) }

  /// The default as the help text shows it; nil where there is none.
  package var typedDefault: String? { defaultValue.map(Self.typed) ?? defaultDescription }

  /// Quotation marks and brackets taken off.
  private static func typed(_ json: String) -> String {
    String(json.filter { !["\"", "[", "]"].contains($0) }.split(separator: " ").joined())
  }
}
