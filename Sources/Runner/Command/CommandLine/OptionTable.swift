internal import RunnerConfiguration

/// Every option there is. The parser, the help text and the tests read this table and no other;
/// most of it is made from the table of settings.
package enum OptionTable {
  /// All options; the help text lists those of one group in this order.
  package static let rows = files + shorthands + program

  private static let files = [
    OptionRow(
      .service, "whitelist", short: "w", takes: "LIST",
      "Exact absolute paths that may run, comma-separated",
      example: "/usr/bin/ffmpeg,/usr/bin/rake"
    ) { (options, text) throws(ValueError) in
      options.commandLine.whitelist = try PathValue.list(text)
    },
    OptionRow(
      .service, "config", takes: "FILE", "Configuration file (JSON5); options win over it",
      example: "/etc/http-runner.json5"
    ) { (options, text) throws(ValueError) in
      guard !text.isEmpty else { throw ValueError("It is empty; it needs the path of a file.") }
      options.config = text
    },
  ]

  /// An option for each setting that has one.
  private static let shorthands: [OptionRow] = SettingTable.all.compactMap { setting in
    setting.flag.map { OptionRow(setting, $0) }
  }

  private static let program = [
    OptionRow(.program, "help", "Print this text", .stop(.help)),
    OptionRow(.program, "version", "Print the version", .stop(.version)),
  ]
}
