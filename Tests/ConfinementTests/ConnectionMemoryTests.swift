import Glibc
import TestSupport
import Testing

/// What connections that wait cost the listening process, by its resident memory.
struct ConnectionMemoryTests {
  /// Opens connections that each do one thing, and prints by how many bytes each of them makes
  /// the process larger. The first hundred count for nothing: what they make once is there for the
  /// rest.
  private static let client = """
    import json, resource, socket, ssl, sys
    process, port, authorities, count, body_bytes = sys.argv[1:]
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    context = ssl.create_default_context(cafile=authorities) if authorities else None
    def resident():
        for line in open(f"/proc/{process}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    def connect():
        client = socket.create_connection(("127.0.0.1", int(port)))
        if context:
            client = context.wrap_socket(client, server_hostname="localhost")
        return client
    def ask(client):
        client.sendall(b"GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
        answer = client.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200"), answer
    def use(client):
        if body_bytes == "0":
            return ask(client)
        # The greater part of a body, of which the rest never comes.
        client.sendall(b"POST / HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: %d\\r\\n\\r\\n"
                       % (int(body_bytes) + 1) + b" " * int(body_bytes))
    held = []
    def hold(count):
        for _ in range(count):
            held.append(connect())
            use(held[-1])
        # What was sent before this is read before this: one thread serves them all.
        with connect() as last:
            ask(last)
    hold(100)
    before = resident()
    hold(int(count))
    print((resident() - before) // int(count))
    """

  /// Bytes for each connection.
  private func cost(
    of count: Int, encrypted: Bool, bodyBytes: Int = 0
  ) throws -> Int {
    let tls = try TLSFixture()
    let configured =
      encrypted
      ? "tlsCertificate: '\(tls.tls)/server.pem', tlsKey: '\(tls.tls)/server-key.pem', "
      : ""
    let (process, ports) = try tls.start(
      configured + "http: {connections: 2304, connectionsPerAddress: 2304, bodyTime: '1h'}",
      listen: ["127.0.0.1:0"])
    try Files.write(Self.client, to: tls.folder("client.py"))
    let run = try CommandRun(
      "/usr/bin/python3",
      [
        tls.folder("client.py"), "\(process.child.id)", ports[0],
        encrypted ? "\(tls.tls)/ca.pem" : "",
        "\(count)", "\(bodyBytes)",
      ])
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
    guard let bytes = Int(run.stdout.dropLast()) else { throw TestFailure(run.stderr) }
    return bytes
  }

  // Proves P-351.
  @Test(arguments: [(false, 2000, 24 << 10), (true, 500, 64 << 10)])
  func `a connection that has asked and waits costs less than its bound`(
    encrypted: Bool, count: Int, bytesMax: Int
  ) throws {
    let bytes = try cost(of: count, encrypted: encrypted)
    #expect(bytes < bytesMax)
  }

  // Twin of P-351.
  @Test func `what a connection does keep is seen by the same measure`() throws {
    let bytes = try cost(of: 200, encrypted: false, bodyBytes: 100 << 10)
    #expect(bytes > 64 << 10)
  }
}
