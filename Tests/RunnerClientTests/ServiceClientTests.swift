import Glibc
import SystemBase
import Testing

@testable import RunnerClient

/// What a request says that got no answer.
struct ServiceClientTests {
  private static func failure(at server: String) throws -> ClientFailure {
    let settings = try ClientSettings(
      ClientSettings.Options(server: server), ClientEnvironment { _ in nil }, ClientConfiguration())
    let client = try ServiceClient(settings)
    return try #require(throws: ClientFailure.self) {
      try client.reply(to: ServiceRequest.get("/x"))
    }
  }

  // Proves P-514.
  @Test func `nothing listens at a port that is free, and at no socket file`() throws {
    let socket = SharedDescriptor(
      adopting: Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(socket.fd, pointer, size) == 0 && getsockname(socket.fd, pointer, &size) == 0
      }
    }
    try #require(result)
    // It is taken, so that no other program listens there.
    let port = UInt16(bigEndian: address.sin_port)
    for server in ["http://127.0.0.1:\(port)", "unix:/proc/self/none.sock"] {
      let failure = try Self.failure(at: server)
      #expect(failure.kind == .unreachable && failure.isRefused, "\(failure.text)")
    }
  }

  // Twin of P-514.
  @Test func `what fails otherwise is not taken for a service that is gone`() throws {
    let failure = try Self.failure(at: "unix:/dev/null/none.sock")
    #expect(failure.kind == .unreachable && !failure.isRefused, "\(failure.text)")
  }
}
