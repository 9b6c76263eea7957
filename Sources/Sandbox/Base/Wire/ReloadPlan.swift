/// How the configuration is read again while the service runs. Fixed at the seal: a reload request
/// has no parameters.
package struct ReloadPlan: Hashable, Sendable {
  /// The program that reads the configuration and compiles it, with the launcher's rights. It is
  /// opened at the seal, and what is opened then is what runs later.
  package var program: String
  /// Arguments of the program, with its name first.
  package var arguments: [String]
  /// What holds for the service as a whole, `key=value` a line: a reload that changes any of it is
  /// refused by that program.
  package var settings: String

  /// A plan; the length of its parts is checked when it is read from the wire.
  package init(program: String, arguments: [String], settings: String) {
    self.program = program
    self.arguments = arguments
    self.settings = settings
  }

  static let argumentsMax = 4096
  static let argumentBytesMax = 64 << 10
  /// Bytes of `settings` at most.
  package static let settingsBytesMax = 32 << 10
}
