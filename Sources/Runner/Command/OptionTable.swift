/// Every option there is. The parser, the help text and the tests read this table and no other.
package enum OptionTable {
  package static let rows = service + jobs + limits + http + place + program

  private static let service = [
    OptionRow(
      .service, "whitelist", short: "w", takes: "LIST",
      "Exact absolute paths that may run, comma-separated",
      example: "/usr/bin/ffmpeg,/usr/bin/rake"
    ) { (options, text) throws(ValueError) in options.whitelist = try PathValue.list(text) },
    OptionRow(
      .service, "port", short: "p", takes: "PORT", standard: "9000",
      "TCP port to listen on, 0 for any free one",
      example: "8080"
    ) { (options, text) throws(ValueError) in
      options.port = try NumberValue.parse(text, 0...65_535)
    },
    OptionRow(
      .service, "interface", short: "i", takes: "ADDRESS", standard: "127.0.0.1",
      "Numeric IPv4 or IPv6 address to listen on", example: "127.0.0.1"
    ) { (options, text) throws(ValueError) in options.interface = try AddressValue.parse(text) },
    OptionRow(
      .service, "host-name", takes: "NAME[,NAME]",
      "Further names under which browsers may reach the service", example: "runner.lan"
    ) { (options, text) throws(ValueError) in options.hostNames = try HostNameValue.list(text) },
    OptionRow(
      .service, "insecure-no-auth",
      "Serve other machines too, without asking who they are",
      .flag { $0.insecureNoAuth = true }),
  ]

  private static let jobs = [
    OptionRow(
      .jobs, "keep", short: "n", takes: "COUNT", standard: "100", "Ended jobs kept for reading",
      example: "500"
    ) { (options, text) throws(ValueError) in
      options.keep = try NumberValue.parse(text, 1...1_000_000)
    },
    OptionRow(
      .jobs, "user", takes: "NAME", "Unprivileged user that jobs run as; root is refused",
      example: "media"
    ) { (options, text) throws(ValueError) in options.user = try UserValue.parse(text) },
    OptionRow(
      .jobs, "timeout", takes: "SECONDS", standard: "3600", "Wall clock of a job", example: "7200"
    ) { (options, text) throws(ValueError) in
      options.timeoutSeconds = try NumberValue.parse(text, NumberValue.longSeconds)
    },
    OptionRow(
      .jobs, "grace", takes: "SECONDS", standard: "5", "Time between TERM and KILL", example: "10"
    ) { (options, text) throws(ValueError) in
      options.graceSeconds = try NumberValue.parse(text, 1...600)
    },
    OptionRow(
      .jobs, "running", takes: "COUNT", standard: "256", "Jobs at one time", example: "8"
    ) { (options, text) throws(ValueError) in
      options.running = try NumberValue.parse(text, 1...4096)
    },
    OptionRow(
      .jobs, "queued", takes: "COUNT", standard: "10000", "Jobs that wait; more are refused",
      example: "1000"
    ) { (options, text) throws(ValueError) in
      options.queued = try NumberValue.parse(text, 1...1_000_000)
    },
    OptionRow(
      .jobs, "output-per-stream", takes: "SIZE", standard: "16M",
      "Bytes kept of each output stream; the rest is counted", example: "64M"
    ) { (options, text) throws(ValueError) in
      options.outputPerStream = try SizeValue.parse(text, 1 << 10...1 << 30)
    },
    OptionRow(
      .jobs, "output-total", takes: "SIZE", standard: "256M",
      "Bytes kept of all jobs together; ended ones give theirs up first", example: "1G"
    ) { (options, text) throws(ValueError) in
      options.outputTotal = try SizeValue.parse(text, 1 << 20...1 << 40)
    },
  ]

  private static let place = [
    OptionRow(
      .place, "id-range", takes: "FIRST-LAST", standard: IDRange.standardText,
      "Numeric uids and gids for jobs that nobody else uses", example: "1879048192-1879048463"
    ) { (options, text) throws(ValueError) in options.givenIDRange = try IDRange.parse(text) },
    OptionRow(
      .place, "work-folder", takes: "PATH", standard: "/var/lib/http-runner",
      "Where the private working folders of jobs are made", example: "/srv/http-runner"
    ) { (options, text) throws(ValueError) in options.workFolder = try PathValue.parse(text) },
    OptionRow(
      .place, "launcher", takes: "PATH", standard: "http-runner-launcher beside this program",
      "The launcher program", example: "/usr/libexec/http-runner-launcher"
    ) { (options, text) throws(ValueError) in options.launcher = try PathValue.parse(text) },
  ]

  private static let program = [
    OptionRow(.program, "help", "Print this text", .stop(.help)),
    OptionRow(.program, "version", "Print the version", .stop(.version)),
  ]
}
