import Glibc
import TestSupport
import Testing

/// Clients that others wrote, over TLS with the private authority: each submits and reads with a
/// token and with a client certificate, and gets a clear answer without. Their programs are in
/// Tests/Clients.
///
/// One at a time: each is a compiler or a browser, and wants the whole machine for a few seconds.
@Suite(.serialized)
struct LANClientTests {
  private static let clients =
    #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Clients"

  /// A client: its name, what runs it, and what it says of itself when all went well.
  private static let programs = [
    ("curl", ["/bin/sh", "client.sh"], "curl "),
    ("python requests", ["/usr/bin/python3", "client.py"], "requests "),
    ("node fetch", ["/usr/bin/node", "client.mjs"], "node v"),
    ("Go net/http", ["/usr/bin/go", "run", "client.go"], "net/http of go"),
    ("Java HttpClient", ["/usr/bin/java", "Client.java"], "HttpClient of Java "),
  ]

  private static func token(_ tls: TLSFixture) throws -> String {
    let run = try CommandRun(
      try Binaries.runner(), ["token", "add", "media", "--tokens", tls.folder("tokens.json")])
    guard run.ending == .exited(0) else { throw TestFailure(run.stderr) }
    return String(run.stdout.dropLast())
  }

  private static func service(_ tls: TLSFixture) -> String {
    tls.configured + ", tokens: '\(tls.folder("tokens.json"))', "
      + "principals: [{name: 'media', certificate: 'media'}]"
  }

  private static func run(
    _ program: [String], _ variables: [String: String]
  ) throws -> CommandRun {
    let environment = ["PATH": Child.plainPath, "HOME": variables["HOME"] ?? "/"]
    return try CommandRun(
      program[0], Array(program.dropFirst()),
      environment: environment.merging(variables) { $1 }, folder: clients,
      seconds: 4 * patienceSeconds)
  }

  @Test(arguments: programs)
  func `it submits and reads by a token and by a certificate, and is told what it lacks`(
    name: String, program: [String], says: String
  ) throws {
    let tls = try TLSFixture()
    try tls.certificate(["--client", "media"])
    let token = try Self.token(tls)
    let (process, ports) = try tls.start(Self.service(tls), listen: ["127.0.0.1:0"])
    let run = try Self.run(
      program,
      [
        "URL": "https://localhost:\(ports[0])", "TOKEN": token, "CA": "\(tls.tls)/ca.pem",
        "CERT": "\(tls.tls)/media.pem", "KEY": "\(tls.tls)/media-key.pem",
        "NODE_EXTRA_CA_CERTS": "\(tls.tls)/ca.pem", "HOME": tls.folder.path,
        // What it compiled of its own library serves the next run.
        "GOCACHE": Self.clients + "/../../.build/go", "GOTOOLCHAIN": "local", "GOFLAGS": "",
      ])
    #expect(run.ending == .exited(0), "\(run.stdout)\(run.stderr)")
    #expect(run.stdout.hasPrefix(says), "\(run.stdout)")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Proves P-331.
  @Test func `Chromium logs in, and pages of other origins get nowhere, rebound names neither`()
    throws
  {
    let tls = try TLSFixture()
    try tls.certificate(["localhost", "127.0.0.1", "runner.test"])
    try tls.certificate(["--client", "media"])
    let token = try Self.token(tls)
    let audit = tls.folder("audit")
    // Where nothing is asked for, only the name in Host tells a rebound page from the user's own.
    let (process, ports) = try tls.start(
      Self.service(tls) + ", hostNames: ['runner.test'], audit: {folder: '\(audit)'}",
      listen: ["127.0.0.1:0", "127.0.0.1:0,plain,auth=none"],
      entries: ", shell: {path: '/bin/sh', files: {in: '4M', out: ['*.out'], kept: '1M'}}")
    let run = try Self.run(
      ["/usr/bin/python3", "-B", "browser.py"],
      [
        "PORT": ports[0], "OPEN_PORT": ports[1], "TLS": tls.tls, "TOKEN": token,
        "AUDIT": audit + "/audit.log", "HOME": tls.folder.path,
      ])
    #expect(run.ending == .exited(0), "\(run.stdout)\(run.stderr)\(process.log)")
    #expect(run.stdout.hasPrefix("Chrome/"), "\(run.stdout)")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }
}
