package import RunnerConfiguration

/// One option: how it is spelled, what it means, and where its value goes.
package struct OptionRow: Sendable {
  /// What an option takes and does.
  enum Effect: Sendable {
    /// Takes a value, checks it and stores it.
    case value(@Sendable (inout Options, String) throws(ValueError) -> Void)
    /// Takes no value.
    case flag(@Sendable (inout Options) -> Void)
    /// Takes no value, and is all that is wanted.
    case stop(Invocation)
  }

  /// Heading of the help text under which options stand.
  package typealias Group = Setting.Group

  /// Heading of the help text under which this option stands.
  package let group: Group
  /// Name of the option, without the dashes.
  package let long: String
  /// Short name of the option, without the dash; nil where there is none.
  package let short: Character?
  /// What the help text calls the value; nil for an option without one.
  package let placeholder: String?
  /// The default as a value on a command line; nil where there is none.
  package let defaultValue: String?
  /// Meaning of the option: a sentence without its full stop.
  package let help: String
  /// A command line that the parser accepts.
  package let example: String
  let effect: Effect
  /// Whether it may be given again, for one more of the same.
  var isRepeatable = false

  /// An option with a value.
  init(
    _ group: Group, _ long: String, short: Character? = nil, takes placeholder: String,
    defaultValue: String? = nil, _ help: String, example: String,
    _ set: @escaping @Sendable (inout Options, String) throws(ValueError) -> Void
  ) {
    self.group = group
    self.long = long
    self.short = short
    self.placeholder = placeholder
    self.defaultValue = defaultValue
    self.help = help
    self.example = "--\(long) \(example)"
    self.effect = .value(set)
  }

  /// An option without a value.
  init(_ group: Group, _ long: String, _ help: String, _ effect: Effect) {
    self.group = group
    self.long = long
    self.short = nil
    self.placeholder = nil
    self.defaultValue = nil
    self.help = help
    self.example = "--\(long)"
    self.effect = effect
  }

  /// The shorthand of a setting.
  init(_ setting: Setting, _ flag: Setting.Flag) {
    let isSwitch = setting.kind == .flag
    group = flag.group
    long = flag.name
    short = flag.short
    placeholder = isSwitch ? nil : flag.placeholder
    defaultValue = isSwitch ? nil : setting.typedDefault
    help = setting.help
    if case .texts(.listener, _) = setting.kind { isRepeatable = true }
    example = isSwitch ? "--\(flag.name)" : "--\(flag.name) \(setting.flagExample)"
    if isSwitch {
      effect = .flag { $0.set(setting, .flag(true)) }
    } else {
      effect = .value { (options, text) throws(ValueError) in
        options.set(setting, try setting.kind.value(ofTyped: text))
      }
    }
  }
}
