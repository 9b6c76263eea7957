import Glibc
import TestSupport
import Testing

/// Files of TLS and of tokens that are credentials of the unit (systemd.exec(5)).
struct CredentialTests {
  private static let service =
    "tlsCertificate: 'credential:cert', tlsKey: 'credential:key', tokens: 'credential:tokens'"

  /// Certificate and key as credentials `cert` and `key`, which only root reads.
  private static func fixture() throws -> TLSFixture {
    let tls = try TLSFixture()
    for (name, file) in [("cert", "server.pem"), ("key", "server-key.pem")] {
      try Files.write(
        Files.bytes(of: "\(tls.tls)/\(file)") ?? [], to: tls.folder(name), mode: 0o400)
    }
    return tls
  }

  private static func addToken(_ name: String, _ tls: TLSFixture) throws -> String {
    let run = try CommandRun(
      try Binaries.runner(), ["token", "add", name, "--tokens", tls.folder("tokens")])
    let token = run.stdout.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("hrun_") }
    return String(try #require(token, "\(run.stderr)"))
  }

  // Proves P-341.
  @Test func `certificate, key and tokens are read from the folder of credentials`() throws {
    let tls = try Self.fixture()
    let first = try Self.addToken("first", tls)
    let (process, ports) = try tls.start(
      Self.service, listen: ["127.0.0.1:0"],
      wrapper: ["/usr/bin/env", "CREDENTIALS_DIRECTORY=\(tls.folder.path)"])
    func status(_ token: String?) throws -> String {
      let header = token.map { ["-H", "Authorization: Bearer \($0)"] } ?? []
      return try tls.curl(
        ["--cacert", "ca.pem", "https://localhost:\(ports[0])/jobs"] + header
      ).status
    }
    #expect(try status(first) == "200")
    #expect(try status(nil) == "401")
    // A reload's compiler has another environment, and reads the same folder.
    let second = try Self.addToken("second", tls)
    #expect(try status(second) == "401")
    process.child.send(SIGHUP)
    _ = try process.logLine("reloaded: 1 entries")
    #expect(try status(second) == "200")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Twin of P-341.
  @Test func `without the folder, and with a missing one, nothing is served`() throws {
    let tls = try Self.fixture()
    func end(_ variables: [String]) throws -> (Child.Ending, String) {
      let process = try RunnerProcess(
        whitelist: [], options: ["--listen", "127.0.0.1:0"],
        config: "{service: {\(Self.service)}, entries: {echo: {path: '/bin/echo'}}}",
        wrapper: ["/usr/bin/env"] + variables)
      return (try process.child.wait(), process.log)
    }
    let without = try end([])
    #expect(without.0 == .exited(78) && without.1.contains("LoadCredential=tokens"), "\(without)")
    let missing = try end(["CREDENTIALS_DIRECTORY=\(tls.folder.path)"])
    #expect(missing.0 == .exited(78) && missing.1.contains("/tokens cannot"), "\(missing)")
  }

  @Test func `check says which credentials it cannot look at`() throws {
    let folder = try RootFolder()
    try Files.write(
      "{service: {\(Self.service)}, entries: {echo: {path: '/bin/echo'}}}",
      to: folder("config.json5"), mode: 0o600)
    let run = try CommandRun(try Binaries.runner(), ["check", folder("config.json5")])
    #expect(run.ending == .exited(0), "\(run.stderr)")
    for name in ["cert", "key", "tokens"] {
      #expect(run.stdout.contains("the credential \(name) is looked at by the start"))
    }
  }
}
