import Glibc
import TestSupport
import Testing

/// The dashboard in a real browser: the program is Tests/Clients/dashboard.py.
@Suite(.serialized)
struct DashboardPageTests {
  private static let clients =
    #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Clients"

  /// Two ports that are free now, and that the service gets again after each start: none of those
  /// that the kernel gives to others by itself (ip_local_port_range of ip(7) begins at 32768).
  private static func freePorts() throws -> [String] {
    let script = """
      import random, socket
      held = []
      while len(held) < 2:
          one = socket.socket()
          try:
              one.bind(("127.0.0.1", random.randrange(20000, 32000)))
              held.append(one)
          except OSError:
              one.close()
      print(*(one.getsockname()[1] for one in held))
      """
    let run = try CommandRun("/usr/bin/python3", ["-c", script])
    return run.stdout.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// The script of axe-core, which scripts/setup.sh gets.
  private static let rules =
    #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/.build/axe/axe.min.js"

  // Proves P-575.
  // Proves P-653.
  @Test func `Chromium logs in, submits, follows, cancels, and reports no breach of policy`() throws
  {
    let tls = try TLSFixture()
    try tls.certificate(["localhost", "127.0.0.1", "runner.test"])
    let token = try CommandRun(
      try Binaries.runner(),
      ["token", "add", "media", "--may", "submit,read,cancel,operate"]
        + ["--tokens", tls.folder("tokens.json")])
    try Files.makeFolder(tls.folder("shared"), mode: 0o777)
    try Files.makeFolder(tls.folder("work"))
    let audit = tls.folder("audit")
    try Files.write(
      """
      {service: {\(tls.configured), tokens: '\(tls.folder("tokens.json"))',
        hostNames: ['runner.test'], audit: {folder: '\(audit)'}},
       entries: {echo: {path: '/bin/echo'}, sh: {path: '/bin/sh', files: {out: ['*.txt']}},
        say: {path: '/bin/sh', files: {out: ['*.txt']}, commands: {greet: {title: 'A greeting',
          fields: {name: {type: 'text', characters: 'a-z '},
            times: {type: 'integer', min: 1, max: 9, default: 2},
            tone: {type: 'choice', values: ['soft', 'loud'], default: 'soft'},
            stay: {type: 'flag'}},
          arguments: ['-c',
            'echo "$3 $1 x$2"; echo "$1" >greeting.txt; test -z "$4" || exec sleep 600',
            'sh', '{name}', '{times}', '{tone}', {when: 'stay', words: ['stay']}]}}},
        again: {path: '/bin/sh', restartable: true, progress: 'percent',
          read: ['\(tls.folder("shared"))']}}}
      """, to: tls.folder("config.json5"), mode: 0o600)
    let (ports, ids) = (try Self.freePorts(), IdentityRanges.next())
    try #require(ports.count == 2)
    let (port, open) = (ports[0], ports[1])
    let words = [
      try Binaries.runner(), "--listen", "127.0.0.1:\(port)",
      "--listen", "127.0.0.1:\(open),plain,auth=none",
      "--id-range", "\(ids.lowerBound)-\(ids.upperBound)", "--work-folder", tls.folder("work"),
      "--state", tls.folder("state"), "--config", tls.folder("config.json5"),
    ]
    let run = try CommandRun(
      "/usr/bin/python3", ["-B", "dashboard.py"],
      environment: [
        "PATH": Child.plainPath, "HOME": tls.folder.path, "PORT": port, "OPEN_PORT": open,
        "TLS": tls.tls, "TOKEN": String(token.stdout.dropLast()), "AUDIT": audit + "/audit.log",
        "FOLDER": tls.folder.path,
        "COMMAND": "[" + words.map { "\"\($0)\"" }.joined(separator: ",") + "]",
        "AXE": Self.rules,
      ], folder: Self.clients, seconds: 4 * patienceSeconds)
    #expect(run.ending == .exited(0), "\(run.stdout)\(run.stderr)")
    #expect(run.stdout.hasPrefix("dashboard: "), "\(run.stdout)")
  }
}
