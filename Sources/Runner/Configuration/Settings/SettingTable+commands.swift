internal import RunnerCore

extension SettingTable {
  /// Commands with typed fields, which requests call by name.
  static let commands: [Setting] = [
    .entry(
      "commands", .commands,
      "Named commands with typed fields, which a request calls in the place of the entry",
      example: #"{scale: {fields: {height: {type: "integer", min: 2, max: 4320, default: 720}}, "#
        + #"arguments: [["-vf", "scale=-2:{height}"]]}}"#
    ) { $0.commands = $1.commands },
    .entry(
      "hooks", .hooks,
      "Which documents of other senders, at POST /hooks/NAME, call a command, and with what",
      example: "{}"
    ) { $0.hooks = $1.hooks },
    .entry(
      "arguments.fromCommands", .flag, defaultValue: "false",
      "Allow what its commands make, beside the rows of `arguments.allow`, and nothing else",
      example: "false"
    ) { $0.takesRowsOfCommands = $1.flag },
  ]
}
