import RunnerConfiguration
import Testing

@testable import RunnerCommand

/// The table that the parser and the help text read.
struct OptionTableTests {
  private var rows: [OptionRow] { OptionTable.rows }

  private func serving(_ line: [String]) throws -> Options {
    let whitelist = line.contains("--whitelist") ? [] : ["--whitelist", "/bin/a"]
    guard case .serve(let options) = try OptionParser.parse(whitelist + line) else {
      throw OptionError(what: "\(line)", why: "It asks for no service.", example: "")
    }
    return options
  }

  @Test func `names are unique`() {
    #expect(Set(rows.map(\.long)).count == rows.count)
    let letters = rows.compactMap(\.short)
    #expect(letters.sorted() == ["i", "n", "p", "w"])
    #expect(rows.allSatisfy { $0.long.count > 1 })
  }

  /// What makes an option meaningful.
  private let needed = [
    "tls-certificate": ["--tls-key", "/a/key"], "tls-key": ["--tls-certificate", "/a/cert"],
    "tls-client-ca": ["--tls-certificate", "/a/cert", "--tls-key", "/a/key"],
    "tls-client-crl": [
      "--tls-certificate", "/a/cert", "--tls-key", "/a/key", "--tls-client-ca", "/a/ca",
    ],
  ]

  @Test func `every example is taken`() throws {
    for row in rows where row.placeholder != nil {
      let words = row.example.split(separator: " ").map { String($0) }
      _ = try serving(words + (needed[row.long] ?? []))
    }
  }

  @Test func `every default in the table is the one in force`() throws {
    // Their defaults are words, not values.
    let words = [
      "id-range", "launcher", "cpus", "io-weight", "keep-for", "keep-bytes", "limit-cpu",
      "limit-data", "limit-processes", "tokens", "tls-certificate", "tls-key", "tls-client-ca",
      "tls-client-crl", "audit-folder", "node",
    ]
    for row in rows where !words.contains(row.long) {
      guard let standard = row.defaultValue else { continue }
      let given = try serving(["--\(row.long)", standard])
      let plain = try serving([])
      #expect(given.service == plain.service, "--\(row.long)")
      #expect(given.defaults.policy == plain.defaults.policy, "--\(row.long)")
      #expect(given.defaults.account == plain.defaults.account, "--\(row.long)")
    }
  }

  @Test func `every option is documented`() {
    for row in rows {
      #expect(HelpText.text.contains("--\(row.long)"), "--\(row.long)")
      #expect(!row.help.isEmpty && !row.help.hasSuffix("."), "--\(row.long)")
      let shown =
        row.defaultValue.map { $0.split(separator: " ").last.map { "\($0))" } ?? "" } ?? ""
      #expect(shown.isEmpty || HelpText.text.contains(shown), "--\(row.long)")
    }
  }

  @Test func `the help text fits its columns`() {
    let lines = HelpText.text.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines {
      #expect(line.count <= HelpText.columnsMax && line.last != " ", "\(line)")
    }
    #expect(lines.last == "" && lines.dropLast().last != "")
  }

  @Test func `the help text has its shape`() {
    let text = HelpText.text
    #expect(text.hasPrefix("Usage: http-runner -w PATH[,PATH...] [options]\n"))
    let start = """
      What runs, and who may ask:
        -w, --whitelist LIST                Exact absolute paths that may run, comma-separated
            --config FILE                   Configuration file (JSON5); options win over it
        -p, --port PORT                     TCP port to listen on, 0 for any free one (9000)
        -i, --interface ADDRESS             Numeric IPv4 or IPv6 address to listen on (127.0.0.1)
            --listen PLACE[,WORD]...        Where to listen instead, and how; again for more
            --host-name NAME[,NAME]         Further names under which browsers may reach the service
            --insecure-no-auth              Serve other machines too, without asking who they are
            --tokens FILE                   File of clients' tokens, which `http-runner token` makes
                                            (none: nobody is asked)
            --plain-http                    Take tokens over plain HTTP beyond loopback: a TLS proxy
                                            stands before
            --same-user                     Work as the user who starts it, without ids of their own
                                            for jobs
            --tls-certificate FILE          PEM file of the certificate chain, for TLS (none)
            --tls-key FILE                  PEM file of its private key (none)
            --tls-client-ca FILE            PEM file of authorities of client certificates (none)
            --tls-client-crl FILE           PEM file of their revocation lists (none)
            --log-format FORMAT             Lines of the log: text, or one JSON object each (text)
            --log-level LEVEL               Least level of the lines of the log (info)

      """
    #expect(text.contains("\n\n\(start)\nJobs:\n"))
    let headings = OptionRow.Group.allCases.compactMap {
      text.firstRange(of: "\n\($0.rawValue):\n")
    }
    #expect(headings.count == OptionRow.Group.allCases.count)
    #expect(zip(headings, headings.dropFirst()).allSatisfy { $0.lowerBound < $1.lowerBound })
  }
}
