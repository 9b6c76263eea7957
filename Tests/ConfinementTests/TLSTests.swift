import Glibc
import TestSupport
import Testing

/// TLS, client certificates and unix sockets, as clients meet them.
struct TLSTests {
  private static let job = [
    "-d", #"{"command":"echo","args":["x"]}"#, "-H", "Content-Type: application/json",
  ]

  // Proves P-250.
  @Test func `what goes over TLS is encrypted by forward-secret suites of 1 2 and 1 3 alone`()
    throws
  {
    let tls = try TLSFixture()
    let (process, ports) = try tls.start(
      tls.configured + ", principals: [{name: 'media', certificate: 'media'}]",
      listen: ["127.0.0.1:0"])
    func handshake(_ words: [String]) throws -> String {
      let run = try CommandRun(
        "/bin/sh",
        [
          "-c",
          "openssl s_client -connect 127.0.0.1:\(ports[0]) -CAfile \(tls.tls)/ca.pem "
            + "-verify_return_error \(words.joined(separator: " ")) </dev/null 2>&1",
        ])
      return run.stdout
    }
    for words in [["-tls1_2"], ["-tls1_3"]] {
      let text = try handshake(words)
      #expect(text.contains("Verify return code: 0 (ok)"), "\(text)")
    }
    for words in [
      ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1_2", "-cipher", "AES256-GCM-SHA384"],
      ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"],
    ] {
      let text = try handshake(words)
      #expect(text.contains("Cipher is (NONE)"), "\(text)")
    }
    // Bytes that are no handshake get none of ours in the clear.
    let stranger = try tls.curl(["http://127.0.0.1:\(ports[0])/jobs"])
    #expect(!stranger.text.contains("message"), "\(stranger)")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Twin of P-250.
  @Test func `without a certificate the same request is answered in the clear`() throws {
    let tls = try TLSFixture()
    let (process, ports) = try tls.start("", listen: ["127.0.0.1:0"])
    #expect(try tls.curl(["http://127.0.0.1:\(ports[0])/jobs"]).status == "200")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Proves P-251.
  @Test func `a client certificate is worth what its principal may, and no other counts`() throws {
    let tls = try TLSFixture()
    try tls.certificate(["--client", "media", "--client", "stranger"])
    #expect(
      try tls.openssl([
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
        "/CN=media", "-addext", "subjectAltName=DNS:media", "-keyout", "tls/forged-key.pem",
        "-out", "tls/forged.pem",
      ]).ending == .exited(0))
    let (process, ports) = try tls.start(
      tls.configured + ", principals: [{name: 'media', certificate: 'MEDIA', may: ['submit']}]",
      listen: ["127.0.0.1:0"])
    func ask(_ name: String?, _ words: [String]) throws -> String {
      let credentials = name.map { ["--cert", "\($0).pem", "--key", "\($0)-key.pem"] } ?? []
      return try tls.curl(
        ["--cacert", "ca.pem", "https://localhost:\(ports[0])/"] + credentials + words
      ).status
    }
    #expect(try ask("media", Self.job) == "202")
    #expect(try ask("media", ["-X", "DELETE", "--request-target", "/jobs"]) == "405")
    #expect(try ask("media", ["--request-target", "/jobs"]) == "403", "it may not read")
    // Of the authority, but of no principal; of another authority; of none; for a server.
    for name in ["stranger", "forged", nil, "server"] {
      #expect(try ask(name, Self.job) == "401", "\(name ?? "none")")
    }
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
    #expect(process.log.contains("of certificate/media"), "\(process.log)")
  }

  // Twin of P-251.
  @Test func `where no certificate is asked for each of them is answered`() throws {
    let tls = try TLSFixture()
    try tls.certificate(["--client", "stranger"])
    let (process, ports) = try tls.start(
      "tlsCertificate: '\(tls.tls)/server.pem', tlsKey: '\(tls.tls)/server-key.pem'",
      listen: ["127.0.0.1:0"])
    let status = try tls.curl(
      ["--cacert", "ca.pem", "--cert", "stranger.pem", "--key", "stranger-key.pem"]
        + ["https://localhost:\(ports[0])/"] + Self.job
    ).status
    #expect(status == "202")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Proves P-252.
  @Test func `a renewed certificate is taken up at reload, and no connection is dropped`() throws {
    let tls = try TLSFixture()
    let (process, ports) = try tls.start(
      "tlsCertificate: '\(tls.tls)/server.pem', tlsKey: '\(tls.tls)/server-key.pem'",
      listen: ["127.0.0.1:0"])
    // One connection: it asks, waits until told, and asks again on the same connection.
    let script = """
      import http.client, ssl, sys
      context = ssl.create_default_context(cafile=sys.argv[2])
      kept = http.client.HTTPSConnection("localhost", int(sys.argv[1]), context=context)
      def ask(connection):
          connection.request("GET", "/jobs")
          answer = connection.getresponse()
          answer.read()
          return answer.status
      def serial(connection):
          return connection.sock.getpeercert()["serialNumber"]
      assert ask(kept) == 200
      first = kept.sock
      before = serial(kept)
      open(sys.argv[3], "w").close()
      open(sys.argv[4]).read()
      assert ask(kept) == 200 and kept.sock is first
      new = http.client.HTTPSConnection("localhost", int(sys.argv[1]), context=context)
      assert ask(new) == 200
      print("renewed" if serial(new) != before else "same")
      """
    try Files.write(script, to: tls.folder("client.py"))
    _ = unsafe mkfifo(tls.folder("told"), 0o600)
    try Files.write("", to: tls.folder("out"))
    let out = unsafe open(tls.folder("out"), O_WRONLY | O_CLOEXEC)
    defer { close(out) }
    let client = try Child(
      "/usr/bin/python3",
      [
        tls.folder("client.py"), ports[0], "\(tls.tls)/ca.pem", tls.folder("asked"),
        tls.folder("told"),
      ],
      environment: ["PATH": Child.plainPath], descriptors: (-1, out, out))
    try waiting(until: "the client has asked once") { Files.text(of: tls.folder("asked")) != nil }
    #expect(!process.log.contains(" ends "), "\(process.log)")
    try tls.certificate(["--days", "20"])
    process.child.send(SIGHUP)
    _ = try process.logLine("reloaded: ")
    try Files.write("go", to: tls.folder("told"))
    #expect(try client.wait() == .exited(0), "\(Files.text(of: tls.folder("out")) ?? "")")
    #expect(Files.text(of: tls.folder("out")) == "renewed\n")
    #expect(process.log.contains("server.pem ends 20"), "it ends in 20 days: \(process.log)")
    // A key that does not fit changes nothing.
    try Files.write(
      Files.bytes(of: "\(tls.tls)/ca-key.pem") ?? [], to: "\(tls.tls)/server-key.pem", mode: 0o600)
    process.child.send(SIGHUP)
    _ = try process.logLine("cannot be used")
    #expect(
      try tls.curl(["--cacert", "ca.pem", "https://localhost:\(ports[0])/jobs"]).status == "200")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Proves P-253.
  @Test func `a revoked client is refused from the reload on, on its open connection too`() throws {
    let tls = try TLSFixture()
    try tls.certificate(["--client", "media"])
    try Self.revoke(nil, tls)
    let (process, ports) = try tls.start(
      tls.configured + ", tlsClientCRL: '\(tls.tls)/crl.pem', "
        + "principals: [{name: 'media', certificate: 'media'}]", listen: ["127.0.0.1:0"])
    func status() throws -> String {
      try tls.curl([
        "--cacert", "ca.pem", "--cert", "media.pem", "--key", "media-key.pem",
        "https://localhost:\(ports[0])/jobs",
      ]).status
    }
    #expect(try status() == "200")
    try Self.revoke("media", tls)
    process.child.send(SIGHUP)
    _ = try process.logLine("reloaded: ")
    #expect(try status() == "401")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  /// Writes the authority's revocation list with one client, or none, on it.
  private static func revoke(_ client: String?, _ tls: TLSFixture) throws {
    let config = """
      [ca]
      default_ca = own
      [own]
      database = \(tls.folder("index"))
      default_md = sha256
      default_crl_days = 30
      """
    try Files.write(config, to: tls.folder("ca.conf"))
    if client == nil { try Files.write("", to: tls.folder("index")) }
    let words = [
      "ca", "-config", "ca.conf", "-cert", "tls/ca.pem", "-keyfile", "tls/ca-key.pem",
    ]
    if let client {
      let run = try tls.openssl(words + ["-revoke", "tls/\(client).pem"])
      guard run.ending == .exited(0) else { throw TestFailure(run.stderr) }
    }
    let run = try tls.openssl(words + ["-gencrl", "-out", "tls/crl.pem"])
    guard run.ending == .exited(0) else { throw TestFailure(run.stderr) }
  }

  // Proves P-352.
  @Test func `a client that is revoked by name is refused with each of its certificates`() throws {
    let tls = try TLSFixture()
    try tls.certificate(["--client", "media", "--client", "other"])
    for end in [".pem", "-key.pem"] {
      try Files.write(
        Files.bytes(of: "\(tls.tls)/media\(end)") ?? [], to: "\(tls.tls)/earlier\(end)", mode: 0o600
      )
    }
    try tls.certificate(["--client", "media"])
    let (process, ports) = try tls.start(
      tls.configured + ", tlsClientCRL: '\(tls.tls)/ca.crl', principals: "
        + "[{name: 'media', certificate: 'media'}, {name: 'other', certificate: 'other'}]",
      listen: ["127.0.0.1:0"])
    func statuses() throws -> [String] {
      try ["earlier", "media", "other"].map { name in
        try tls.curl([
          "--cacert", "ca.pem", "--cert", "\(name).pem", "--key", "\(name)-key.pem",
          "https://localhost:\(ports[0])/jobs",
        ]).status
      }
    }
    #expect(try statuses() == ["200", "200", "200"])
    #expect(try tls.certificate(["--revoke", "media"]).contains("ca.crl has media now"))
    process.child.send(SIGHUP)
    _ = try process.logLine("reloaded: ")
    #expect(try statuses() == ["401", "401", "200"])
    // What another library makes of the list, and a second time changes nothing.
    try tls.certificate(["--revoke", "media"])
    let list = try tls.openssl(["crl", "-in", "tls/ca.crl", "-CAfile", "tls/ca.pem", "-text"])
    #expect(list.stdout.split(separator: "Serial Number:").count == 3, "\(list.stdout)")
    #expect(list.stderr.contains("verify OK"), "\(list.stderr)")
    // A new certificate of the same name is a new one.
    try tls.certificate(["--client", "media"])
    #expect(try statuses() == ["401", "200", "200"])
    #expect(throws: TestFailure.self) { try tls.certificate(["--revoke", "nobody"]) }
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  // Proves P-254.
  @Test func `at a unix socket the user of the client decides`() throws {
    let tls = try TLSFixture()
    let (process, _) = try tls.start(
      "principals: [{name: 'web', uid: 65534, may: ['read']}, {name: 'root', uid: 0}]",
      listen: ["unix:\(tls.socket),mode=666"])
    try Files.setMode(0o755, of: tls.folder.path)
    func status(_ user: Int, _ words: [String]) throws -> String {
      let run = try CommandRun(
        "/usr/bin/setpriv",
        ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "/usr/bin/curl", "-sS"]
          + ["-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", tls.socket] + words)
      return run.stdout
    }
    #expect(try status(0, ["http://localhost/"] + Self.job) == "202")
    #expect(try status(65534, ["http://localhost/jobs"]) == "200")
    #expect(try status(65534, ["http://localhost/"] + Self.job) == "403")
    #expect(try status(65533, ["http://localhost/jobs"]) == "401")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
    #expect(process.log.contains("of peer/root"), "\(process.log)")
  }

  @Test func `the socket of a dead process is replaced, and a living one refused`() throws {
    let tls = try TLSFixture()
    let options = "\(tls.socket),mode=600,owner=0,group=65534"
    let (first, _) = try tls.start("", listen: ["unix:\(options)"])
    let facts = try CommandRun("/usr/bin/stat", ["-c", "%a %u %g %F", tls.socket]).stdout
    #expect(facts == "600 0 65534 socket\n")
    let second = try RunnerProcess(
      whitelist: ["/bin/echo"], options: ["--listen", "unix:\(tls.socket)"])
    #expect(try second.child.wait() == .exited(71))
    #expect(second.log.contains("Another process serves on"), "\(second.log)")
    #expect(
      try tls.curl(["--unix-socket", tls.socket, "http://localhost/jobs"]).status == "200")
    first.child.send(SIGKILL)
    _ = try first.child.wait()
    let (third, _) = try tls.start("", listen: ["unix:\(tls.socket)"])
    #expect(
      try tls.curl(["--unix-socket", tls.socket, "http://localhost/jobs"]).status == "200")
    third.child.send(SIGTERM)
    #expect(try third.child.wait() == .exited(0), "\(third.log)")
    // What is no socket is left as it is.
    _ = try CommandRun("/bin/rm", [tls.socket])
    try Files.write("mine", to: tls.socket)
    let fourth = try RunnerProcess(
      whitelist: ["/bin/echo"], options: ["--listen", "unix:\(tls.socket)"])
    #expect(try fourth.child.wait() == .exited(78))
    #expect(Files.text(of: tls.socket) == "mine")
  }

  @Test func `sockets of systemd are served by their names`() throws {
    let tls = try TLSFixture()
    // As systemd does: bound and listening sockets from 3 on, for this process alone.
    let script = """
      import os, socket, sys
      tcp = socket.create_server(("127.0.0.1", 0))
      file = socket.socket(socket.AF_UNIX)
      file.bind(sys.argv[1])
      file.listen()
      for number, held in ((3, tcp), (4, file)):
          os.dup2(held.fileno(), number + 10)
      for number in (3, 4):
          os.dup2(number + 10, number)
          os.close(number + 10)
      os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES="api:local")
      os.execv(sys.argv[2], sys.argv[2:])
      """
    try Files.write(script, to: tls.folder("systemd.py"))
    let wrapper = ["/usr/bin/python3", tls.folder("systemd.py"), tls.socket]
    func start(_ options: [String]) throws -> RunnerProcess {
      try RunnerProcess(whitelist: ["/bin/echo"], options: options, wrapper: wrapper)
    }
    let served = try start(["--listen", "systemd:api", "--listen", "systemd:local"])
    let line = try served.logLine("listening on http://127.0.0.1:")
    _ = try served.logLine("listening on unix:")
    let port = line.split(separator: ":").last ?? ""
    #expect(try tls.curl(["http://127.0.0.1:\(port)/jobs"]).status == "200")
    #expect(
      try tls.curl(["--unix-socket", tls.socket, "http://localhost/jobs"]).status == "200")
    served.child.send(SIGTERM)
    #expect(try served.child.wait() == .exited(0), "\(served.log)")
    _ = try CommandRun("/bin/rm", [tls.socket])
    let unknown = try start(["--listen", "systemd:other"])
    #expect(try unknown.child.wait() == .exited(78))
    #expect(unknown.log.contains("there are api, local"), "\(unknown.log)")
    // Without systemd there are none, whatever the environment of a parent says.
    let none = try RunnerProcess(whitelist: ["/bin/echo"], options: ["--listen", "systemd:api"])
    #expect(try none.child.wait() == .exited(78))
    #expect(none.log.contains("Start its socket unit"), "\(none.log)")
  }

  @Test func `a key that others may read, and one that does not fit, stop the start`() throws {
    let tls = try TLSFixture()
    func end() throws -> (Child.Ending, String) {
      let process = try RunnerProcess(
        whitelist: ["/bin/echo"],
        options: [
          "--tls-certificate", "\(tls.tls)/server.pem", "--tls-key", "\(tls.tls)/server-key.pem",
        ])
      return (try process.child.wait(), process.log)
    }
    try Files.setMode(0o640, of: "\(tls.tls)/server-key.pem")
    let open = try end()
    #expect(open.0 == .exited(78) && open.1.contains("chmod go-r"), "\(open)")
    try Files.write(
      Files.bytes(of: "\(tls.tls)/ca-key.pem") ?? [], to: "\(tls.tls)/server-key.pem", mode: 0o600)
    try Files.setMode(0o600, of: "\(tls.tls)/server-key.pem")
    let foreign = try end()
    #expect(foreign.0 == .exited(78) && foreign.1.contains("cannot be used"), "\(foreign)")
  }
}
