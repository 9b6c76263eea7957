import Glibc
import TestSupport
import Testing

/// Uploads that the disk, the clock or another request stops.
struct UploadFaultTests {
  private static let config = """
    {entries: {shell: {path: '/bin/sh', files: {in: '16M', out: ['*.out'], kept: '1M'}}}}
    """

  private static func hold(_ server: RunningServer) throws -> String {
    let answer = try server.client.ask(
      "POST", "/?hold=1", body: Array(#"{"command":"shell"}"#.utf8))
    guard let id = try JSONValue(answer.text)["id"]?.string else {
      throw TestFailure("it was not held: \(answer.startLine) \(answer.text)")
    }
    return id
  }

  private static func put(
    _ server: RunningServer, _ id: String, _ bytes: [UInt8], _ range: String
  ) throws -> HTTPMessage {
    try server.client.ask(
      "PUT", "/\(id)/files/a", headers: [("Content-Range", "bytes \(range)")], body: bytes)
  }

  private static func files(_ server: RunningServer, _ id: String) throws -> [JSONValue] {
    try JSONValue(server.client.get("/\(id)/files/").text)["files"]?.array ?? []
  }

  /// The head of an upload of 100 bytes, and the first of them.
  private static func begin(_ server: RunningServer, _ id: String) throws -> Socket {
    let socket = try Socket(port: server.client.port)
    socket.send(
      Array(
        "PUT /\(id)/files/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n0".utf8))
    return socket
  }

  // Proves P-515.
  @Test
  func `a full disk keeps nothing of a piece or a form, and takes the piece when it has room`()
    throws
  {
    let disk = try Mounted(isDisk: false)
    let server = try RunningServer(
      whitelist: [], options: ["--state", disk.path + "/state"], config: Self.config)
    let id = try Self.hold(server)
    #expect(try Self.put(server, id, [1, 2, 3, 4], "0-3/65540").status == 202)
    let boundary = "--b\r\nContent-Disposition: form-data; name="
    let form =
      Array("\(boundary)command\r\n\r\nshell\r\n\(boundary)files; filename=b\r\n\r\n".utf8)
      + [UInt8](repeating: 7, count: 3 << 20) + Array("\r\n--b--\r\n".utf8)
    let long = try server.client.ask(
      "POST", "/?hold=1", headers: [("Content-Type", "multipart/form-data; boundary=b")], body: form
    )
    #expect(long.status == 507, "\(long.text)")
    let jobs = try JSONValue(server.client.get("/jobs").text)["jobs"]?.array ?? []
    #expect(jobs.compactMap { $0["id"]?.string } == [id])
    try disk.fill()
    let rest = [UInt8](repeating: 5, count: 65536)
    let full = try Self.put(server, id, rest, "4-65539/65540")
    #expect(full.status == 507 && full["retry-after"] != nil, "\(full.text)")
    #expect(try Self.files(server, id).map { $0["bytes"]?.integer } == [4])
    try disk.makeRoom()
    #expect(try Self.put(server, id, rest, "4-65539/65540").status == 201)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-515.
  @Test func `a client that is too slow is cut, and leaves nothing`() throws {
    let server = try RunningServer(
      whitelist: [], options: ["--http-body-time", "1"], config: Self.config)
    let id = try Self.hold(server)
    let socket = try Self.begin(server, id)
    let answer = try HTTPMessage(from: socket, before: monotonicSeconds() + patienceSeconds)
    #expect(answer.status == 408, "\(answer.startLine)")
    try waiting(until: "it is gone") { try Self.files(server, id).isEmpty }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-515.
  @Test func `a second upload of a name is refused while the first one comes, which is whole`()
    throws
  {
    let server = try RunningServer(
      whitelist: [], options: ["--http-body-time", "600"], config: Self.config)
    let id = try Self.hold(server)
    let first = try Self.begin(server, id)
    try waiting(until: "it is on its way") { try Self.files(server, id).count == 1 }
    let second = try server.client.ask("PUT", "/\(id)/files/a", body: [9])
    #expect(second.status == 409 && second["retry-after"] == "1", "\(second.text)")
    first.send([UInt8](repeating: 0x31, count: 99))
    let answer = try HTTPMessage(from: first, before: monotonicSeconds() + patienceSeconds)
    #expect(answer.status == 201, "\(answer.text)")
    #expect(try Self.files(server, id).map { $0["bytes"]?.integer } == [100])
    #expect(try server.stop() == .exited(0))
  }
}
