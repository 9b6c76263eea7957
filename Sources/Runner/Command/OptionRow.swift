/// One option: how it is spelled, what it means, and where its value goes.
package struct OptionRow: Sendable {
  /// What an option takes and does.
  enum Effect: Sendable {
    /// Takes a value, checks it and puts it away.
    case value(@Sendable (inout Options, String) throws(ValueError) -> Void)
    /// Takes no value.
    case flag(@Sendable (inout Options) -> Void)
    /// Takes no value, and is all that is wanted.
    case stop(Invocation)
  }

  /// Headings of the help text, in its order.
  package enum Group: String, Sendable, CaseIterable {
    case service = "What runs, and who may ask"
    case jobs = "Jobs"
    case limits = "Limits of each job"
    case http = "HTTP"
    case place = "Where things are"
    case program = "This program"
  }

  package let group: Group
  /// Without the dashes.
  package let long: String
  /// Without the dash.
  package let short: Character?
  /// What the help text calls the value; nil for an option without one.
  package let placeholder: String?
  /// The default as one would type it; nil when there is none.
  package let standard: String?
  /// One sentence without its full stop.
  package let help: String
  /// A right use.
  package let example: String
  let effect: Effect

  /// An option with a value.
  init(
    _ group: Group, _ long: String, short: Character? = nil, takes placeholder: String,
    standard: String? = nil, _ help: String, example: String,
    _ set: @escaping @Sendable (inout Options, String) throws(ValueError) -> Void
  ) {
    self.group = group
    self.long = long
    self.short = short
    self.placeholder = placeholder
    self.standard = standard
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
    self.standard = nil
    self.help = help
    self.example = "--\(long)"
    self.effect = effect
  }
}
