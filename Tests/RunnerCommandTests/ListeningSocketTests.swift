import Glibc
import Testing

@testable import RunnerCommand

/// Which addresses are listened on.
struct ListeningSocketTests {
  private func connects(to port: Int) -> Bool {
    let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    unsafe inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  @Test(arguments: [("::", true), ("0.0.0.0", true), ("::1", false)])
  func `the unspecified address is that of both families`(address: String, isIPv4: Bool) throws {
    // Another program of this host may listen on the same port of IPv4: then with the next one not.
    let connected = try (0..<20).map { _ in
      let listening = try ListeningSocket(address: address, port: 0)
      return connects(to: listening.port)
    }
    #expect(isIPv4 ? connected.allSatisfy { $0 } : connected.contains(false))
  }
}
