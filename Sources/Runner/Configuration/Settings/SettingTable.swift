internal import SandboxBase

/// Every setting there is. The file's reader, its errors, the published schema, the reference page,
/// and the options of the command line that are shorthands read this table and no other.
package enum SettingTable {
  /// Keys beneath `service`.
  package static let service = listening + identity + jobs + http + output + callbacks
  /// Keys beneath `defaults`, and beneath each of `entries` together with `path`.
  package static let entry =
    confinement + limits + cgroup + reach + scheduling + arguments + results
    + commands

  /// The one setting that each of `entries` has and `defaults` has not.
  package static let path = Setting.entry(
    "path", .text(.path), "The executable, exact and absolute; the one key that every entry needs",
    example: #""/usr/bin/ffmpeg""#
  ) { $0.policy.path = $1.text }

  /// All settings, each once, in the order of the reference page.
  package static var all: [Setting] { service + [path] + entry }

  private static let listening: [Setting] = [
    .service(
      "port", .count(0...65_535), defaultValue: "9000", "TCP port to listen on, 0 for any free one",
      example: "8080", flag: Setting.Flag("port", short: "p", "PORT", .service)
    ) { $0.port = $1.number },
    .service(
      "interface", .text(.address), defaultValue: #""127.0.0.1""#,
      "Numeric IPv4 or IPv6 address to listen on", example: #""127.0.0.1""#,
      flag: Setting.Flag("interface", short: "i", "ADDRESS", .service)
    ) { $0.interface = $1.text },
    .service(
      "listen", .texts(.listener, countMax: 16),
      "Where to listen instead, and how; again for more",
      example: #"["unix:/run/http-runner/api.sock"]"#,
      flag: Setting.Flag("listen", "PLACE[,WORD]...", .service)
    ) { (settings, value) in
      settings.listen = value.texts.map { text in
        checked { () throws(ValueError) in try ConfiguredListener(text) }
      }
    },
    .service(
      "hostNames", .texts(.hostName, countMax: 64),
      "Further names under which browsers may reach the service", example: #"["runner.lan"]"#,
      flag: Setting.Flag("host-name", "NAME[,NAME]", .service)
    ) { $0.hostNames = $1.texts },
    .service(
      "insecureNoAuth", .flag, "Serve other machines too, without asking who they are",
      example: "true", flag: Setting.Flag("insecure-no-auth", "", .service)
    ) { $0.insecureNoAuth = $1.flag },
    .service(
      "tokens", .text(.file), defaultDescription: "none: nobody is asked",
      "File of clients' tokens, which `http-runner token` makes",
      example: #""/etc/http-runner/tokens.json""#,
      flag: Setting.Flag("tokens", "FILE", .service)
    ) { $0.tokens = $1.text },
    .service(
      "plainHTTP", .flag,
      "Take tokens over plain HTTP beyond loopback: a TLS proxy stands before",
      example: "true", flag: Setting.Flag("plain-http", "", .service)
    ) { $0.plainHTTP = $1.flag },
    .service(
      "sameUser", .flag,
      "Work as the user who starts it, without ids of their own for jobs",
      example: "true", flag: Setting.Flag("same-user", "", .service)
    ) { $0.sameUser = $1.flag },
  ]

  private static let jobs: [Setting] = [
    .service(
      "keep", .count(1...1_000_000), defaultValue: "100", "Ended jobs kept for reading",
      example: "500", flag: Setting.Flag("keep", short: "n", "COUNT", .jobs)
    ) { $0.keep = $1.number },
    .service(
      "keepFor", .seconds(60...NumberValue.longSeconds.upperBound), defaultDescription: "for ever",
      "How long ended jobs are kept at most", example: #""720h""#,
      flag: Setting.Flag("keep-for", "SECONDS", .jobs)
    ) { $0.keepSeconds = $1.number },
    .service(
      "keepBytes", .size(1 << 20...1 << 50), defaultDescription: "as much as the disk has",
      "Output of ended jobs that is kept in all", example: #""100G""#,
      flag: Setting.Flag("keep-bytes", "SIZE", .jobs)
    ) { $0.keepBytes = $1.number },
    .service(
      "running", .count(1...4096), defaultValue: "256", "Jobs at one time", example: "8",
      flag: Setting.Flag("running", "COUNT", .jobs)
    ) { $0.running = $1.number },
    .service(
      "queued", .count(1...1_000_000), defaultValue: "10000", "Jobs that wait; more are refused",
      example: "1000", flag: Setting.Flag("queued", "COUNT", .jobs)
    ) { $0.queued = $1.number },
    .service(
      "pools", .pools, "Slots that jobs of the entries of a pool share, by the name of the pool",
      example: #"{gpu: 2, cpu: 6}"#
    ) { $0.pools = $1.pools },
    .service(
      "drainTime", .seconds(0...604_800), defaultValue: "0",
      "What running jobs get when the service is asked to end, before TERM", example: #""10m""#,
      flag: Setting.Flag("drain-time", "SECONDS", .jobs)
    ) { $0.drainSeconds = $1.number },
    .service(
      "log.format", .choice(["text", "json"]), defaultValue: #""text""#,
      "Lines of the log: text, or one JSON object each", example: #""json""#,
      flag: Setting.Flag("log-format", "FORMAT", .service)
    ) { $0.logFormat = $1.text },
    .service(
      "log.level", .choice(["info", "warning", "error"]), defaultValue: #""info""#,
      "Least level of the lines of the log", example: #""warning""#,
      flag: Setting.Flag("log-level", "LEVEL", .service)
    ) { $0.logLevel = $1.text },
    .service(
      "audit.folder", .text(.path), defaultDescription: "none: no audit log",
      "Folder of the audit log: who asked for what, and what became of it",
      example: #""/var/log/http-runner/audit""#,
      flag: Setting.Flag("audit-folder", "PATH", .paths)
    ) { $0.auditFolder = $1.text },
    .service(
      "audit.size", .size(64 << 10...1 << 40), defaultValue: #""16M""#,
      "Size of the audit log at which a new file begins", example: #""100M""#
    ) { $0.auditBytes = $1.number },
    .service(
      "audit.keep", .count(1...1000), defaultValue: "10", "Older files of it that are kept",
      example: "30"
    ) { $0.auditKept = $1.number },
    .service(
      "idRange", .text(.idRange), defaultDescription: IDRange.defaultText,
      "Numeric uids and gids for jobs that nobody else uses",
      example: #""1879048192-1879048463""#,
      flag: Setting.Flag("id-range", "FIRST-LAST", .paths)
    ) { (settings, value) in
      do throws(ValueError) {
        settings.explicitIDRange = try IDRange.parse(value.text)
      } catch {
        preconditionFailure("a range is checked before it is stored: \(error.why)")
      }
    },
    .service(
      "workFolder", .text(.path), defaultValue: #""/var/lib/http-runner""#,
      "Where the private working folders of jobs are made", example: #""/srv/http-runner""#,
      flag: Setting.Flag("work-folder", "PATH", .paths)
    ) { $0.workFolder = $1.text },
    .service(
      "state", .text(.pathOrNone), defaultValue: #""/var/lib/http-runner-state""#,
      "Where jobs and their output are kept; with none they are gone with the process",
      example: #""/srv/http-runner-state""#, flag: Setting.Flag("state", "PATH", .paths)
    ) { $0.state = $1.text },
    .service(
      "store", .text(.store), defaultValue: #""sqlite""#,
      "Where the rows of jobs are: in the state folder, or in a database",
      example: #""postgresql:host=/run/postgresql dbname=jobs""#,
      flag: Setting.Flag("store", "STORE", .paths)
    ) { $0.store = $1.text },
    .service(
      "node", .text(.hostName), defaultDescription: "the name of the host",
      "Name of this node in the database", example: #""media-1""#,
      flag: Setting.Flag("node", "NAME", .paths)
    ) { $0.node = $1.text },
    .service(
      "launcher", .text(.path), defaultDescription: "http-runner-launcher beside this program",
      "The launcher program", example: #""/usr/libexec/http-runner-launcher""#,
      flag: Setting.Flag("launcher", "PATH", .paths)
    ) { $0.launcher = $1.text },
  ]

  private static let http: [Setting] = [
    .service(
      "http.body", .size(1 << 10...64 << 20), defaultValue: #""1M""#, "Largest request body",
      example: #""256K""#, flag: Setting.Flag("http-body", "SIZE", .http)
    ) { $0.httpBody = $1.number },
    .service(
      "http.headers", .size(4 << 10...64 << 10), defaultValue: #""8K""#,
      "Largest header fields of a request together; each connection takes nearly twice that memory",
      example: #""16K""#
    ) { $0.httpHeaders = $1.number },
    .service(
      "http.headerTime", .seconds(1...3600), defaultValue: "10",
      "Until the header of a request must be complete", example: "5",
      flag: Setting.Flag("http-header-time", "SECONDS", .http)
    ) { $0.httpHeaderSeconds = $1.number },
    .service(
      "http.bodyTime", .seconds(1...3600), defaultValue: "10",
      "Until the body of a request must be complete", example: "30",
      flag: Setting.Flag("http-body-time", "SECONDS", .http)
    ) { $0.httpBodySeconds = $1.number },
    .service(
      "http.idle", .seconds(1...3600), defaultValue: "130", "Until a silent connection is closed",
      example: "120", flag: Setting.Flag("http-idle", "SECONDS", .http)
    ) { $0.httpIdleSeconds = $1.number },
    .service(
      "http.connections", .count(1...65_536), defaultValue: "1024", "Connections at one time",
      example: "256", flag: Setting.Flag("http-connections", "COUNT", .http)
    ) { $0.httpConnections = $1.number },
    .service(
      "http.connectionsPerAddress", .count(1...65_536), defaultValue: "256",
      "Connections at one time from one address", example: "32",
      flag: Setting.Flag("http-connections-per-address", "COUNT", .http)
    ) { $0.httpConnectionsPerAddress = $1.number },
    .service(
      "http.proxies", .texts(.networkOnly, countMax: 64),
      "Proxies that are believed when they name a client, for turns, keys and limits",
      example: #"["127.0.0.1", "10.0.0.0/24"]"#
    ) { (settings, value) in
      settings.proxies = value.texts.map { text in
        do throws(ValueError) {
          return try ConfiguredNetwork(text)
        } catch {
          preconditionFailure("a network is checked before it is stored: \(error.why)")
        }
      }
    },
    .service(
      "http.proxyField", .choice(["x-forwarded-for", "forwarded"]),
      defaultValue: #""x-forwarded-for""#,
      "Header field in which they name it; of the other one clients can write anything",
      example: #""forwarded""#
    ) { $0.proxyField = $1.text },
  ]

  private static let output: [Setting] = [
    .service(
      "output.perStream", .size(1 << 10...1 << 40), defaultValue: #""16M""#,
      "Bytes kept from the start of each output stream", example: #""64M""#,
      flag: Setting.Flag("output-per-stream", "SIZE", .jobs)
    ) { $0.outputPerStream = $1.number },
    .service(
      "output.tail", .size(0...1 << 20), defaultValue: #""64K""#,
      "Bytes kept from the end of a longer one, so that the error is there; others are counted",
      example: #""256K""#
    ) { $0.outputTail = $1.number },
    .service(
      "output.total", .size(1 << 20...1 << 40), defaultValue: #""256M""#,
      "Output in memory of all jobs; without `state`, ended ones give theirs up", example: #""1G""#,
      flag: Setting.Flag("output-total", "SIZE", .jobs)
    ) { $0.outputTotal = $1.number },
  ]
}
