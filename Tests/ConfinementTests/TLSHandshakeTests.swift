import Glibc
import TestSupport
import Testing

/// Handshakes that do not come to their end.
struct TLSHandshakeTests {
  /// Leaves handshakes at several places, looks at the threads, and makes one byte by byte.
  private static let client = """
    import glob, http.client, socket, ssl, sys, time
    port, authorities, process = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    context = ssl.create_default_context(cafile=authorities)
    def hello():
        sent = ssl.MemoryBIO()
        try:
            context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost").do_handshake()
        except ssl.SSLWantReadError:
            return sent.read()
    def answered(length):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(hello()[:length])
        return client
    held = [answered(length) for length in (1, 5, 11, 100)]
    # All of its hello, and nothing after the server's answer.
    held.append(answered(None))
    assert held[-1].recv(1)
    client = http.client.HTTPSConnection("localhost", port, context=context)
    client.request("GET", "/jobs")
    assert client.getresponse().read()
    def states():
        for stat in glob.glob(f"/proc/{process}/task/*/stat"):
            yield open(stat).read().rsplit(")", 1)[1].split()[0]
    deadline = time.monotonic() + 60
    while set(states()) != {"S"}:
        assert time.monotonic() < deadline, list(states())
        time.sleep(0.01)
    # A handshake goes on where it stopped.
    part = socket.create_connection(("127.0.0.1", port))
    sent, got = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(got, sent, server_hostname="localhost")
    while True:
        try:
            session.do_handshake()
            break
        except ssl.SSLWantReadError:
            for byte in sent.read():
                part.sendall(bytes([byte]))
            got.write(part.recv(65536))
    session.write(b"GET /jobs HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
    for byte in sent.read():
        part.sendall(bytes([byte]))
    answer = b""
    while b"200 OK" not in answer:
        try:
            answer += session.read()
        except ssl.SSLWantReadError:
            got.write(part.recv(65536))
    print("asleep, and served")
    """

  // Proves P-353.
  @Test func `a handshake that stops anywhere leaves every thread of the service asleep`() throws {
    let tls = try TLSFixture()
    let (process, ports) = try tls.start(
      "tlsCertificate: '\(tls.tls)/server.pem', tlsKey: '\(tls.tls)/server-key.pem', "
        + "http: {headerTime: '1h'}", listen: ["127.0.0.1:0"])
    try Files.write(Self.client, to: tls.folder("client.py"))
    let run = try CommandRun(
      "/usr/bin/python3",
      [tls.folder("client.py"), ports[0], "\(tls.tls)/ca.pem", "\(process.child.id)"])
    #expect(run.stdout == "asleep, and served\n", "\(run.stderr)")
    // With handshakes that wait it ends as it does without.
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }

  @Test func `a thousand half-open handshakes leave the service to others`() throws {
    let tls = try TLSFixture()
    let (process, ports) = try tls.start(
      "tlsCertificate: '\(tls.tls)/server.pem', tlsKey: '\(tls.tls)/server-key.pem', "
        + "http: {connections: 2048, connectionsPerAddress: 2048, headerTime: '1h'}",
      listen: ["127.0.0.1:0"])
    let script = """
      import http.client, socket, ssl, sys
      begun = bytes([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])
      held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(1000)]
      for one in held:
          one.sendall(begun)
      context = ssl.create_default_context(cafile=sys.argv[2])
      for _ in range(20):
          client = http.client.HTTPSConnection("localhost", int(sys.argv[1]), context=context)
          client.request("GET", "/jobs")
          assert client.getresponse().status == 200
      for one in held:
          one.setblocking(False)
          try:
              assert one.recv(1) is None, "it was closed, or told something"
          except BlockingIOError:
              pass
      print("served")
      """
    try Files.write(script, to: tls.folder("client.py"))
    let run = try CommandRun(
      "/usr/bin/python3", [tls.folder("client.py"), ports[0], "\(tls.tls)/ca.pem"])
    #expect(run.stdout == "served\n", "\(run.stderr)")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
  }
}
