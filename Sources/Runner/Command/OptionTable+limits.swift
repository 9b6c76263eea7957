extension OptionTable {
  static let limits = [
    OptionRow(
      .limits, "limit-cpu", takes: "SECONDS", standard: "3600", "CPU time of each process",
      example: "600"
    ) { (options, text) throws(ValueError) in
      options.limitCPUSeconds = try NumberValue.parse(text, NumberValue.longSeconds)
    },
    OptionRow(
      .limits, "limit-file-size", takes: "SIZE", standard: "16G", "Largest file that it may write",
      example: "2G"
    ) { (options, text) throws(ValueError) in
      options.limitFileSize = try SizeValue.parse(text, 1 << 10...1 << 50)
    },
    OptionRow(
      .limits, "limit-open-files", takes: "COUNT", standard: "1024", "Open files of each process",
      example: "256"
    ) { (options, text) throws(ValueError) in
      options.limitOpenFiles = try NumberValue.parse(text, 16...1_048_576)
    },
    OptionRow(
      .limits, "limit-processes", takes: "COUNT", standard: "256", "Processes and threads",
      example: "64"
    ) { (options, text) throws(ValueError) in
      options.limitProcesses = try NumberValue.parse(text, 1...4_194_304)
    },
    OptionRow(
      .limits, "limit-data", takes: "SIZE", standard: "4G", "Data memory of each process",
      example: "1G"
    ) { (options, text) throws(ValueError) in
      options.limitData = try SizeValue.parse(text, 1 << 20...1 << 50)
    },
    OptionRow(
      .limits, "limit-stack", takes: "SIZE", standard: "8M", "Stack of each process", example: "16M"
    ) { (options, text) throws(ValueError) in
      options.limitStack = try SizeValue.parse(text, 128 << 10...1 << 40)
    },
    OptionRow(
      .limits, "limit-locked-memory", takes: "SIZE", standard: "8M",
      "Memory that each process may lock", example: "64K"
    ) { (options, text) throws(ValueError) in
      options.limitLockedMemory = try SizeValue.parse(text, 0...1 << 50)
    },
  ]

  static let http = [
    OptionRow(
      .http, "http-body", takes: "SIZE", standard: "1M", "Largest request body", example: "256K"
    ) { (options, text) throws(ValueError) in
      options.httpBody = try SizeValue.parse(text, 1 << 10...64 << 20)
    },
    OptionRow(
      .http, "http-header-time", takes: "SECONDS", standard: "10",
      "Until the header of a request must be complete", example: "5"
    ) { (options, text) throws(ValueError) in
      options.httpHeaderSeconds = try NumberValue.parse(text, 1...3600)
    },
    OptionRow(
      .http, "http-body-time", takes: "SECONDS", standard: "10",
      "Until the body of a request must be complete", example: "30"
    ) { (options, text) throws(ValueError) in
      options.httpBodySeconds = try NumberValue.parse(text, 1...3600)
    },
    OptionRow(
      .http, "http-idle", takes: "SECONDS", standard: "60", "Until a silent connection is closed",
      example: "120"
    ) { (options, text) throws(ValueError) in
      options.httpIdleSeconds = try NumberValue.parse(text, 1...3600)
    },
    OptionRow(
      .http, "http-connections", takes: "COUNT", standard: "1024", "Connections at one time",
      example: "256"
    ) { (options, text) throws(ValueError) in
      options.httpConnections = try NumberValue.parse(text, 1...65_536)
    },
    OptionRow(
      .http, "http-connections-per-address", takes: "COUNT", standard: "256",
      "Connections at one time from one address", example: "32"
    ) { (options, text) throws(ValueError) in
      options.httpConnectionsPerAddress = try NumberValue.parse(text, 1...65_536)
    },
  ]
}
