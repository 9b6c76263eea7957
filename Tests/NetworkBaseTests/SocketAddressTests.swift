import Glibc
import NetworkBase
import Testing

/// Addresses of sockets, as the kernel writes and takes them.
struct SocketAddressTests {
  @Test(arguments: ["127.0.0.1", "::1"])
  func `a socket is where it was bound, and its peer is where it came from`(text: String) throws {
    let address = try #require(NetworkAddress(text))
    let family = text.contains(":") ? AF_INET6 : AF_INET
    let listening = socket(family, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(listening) }
    #expect(SocketAddress(address, port: 0).bind(listening) == 0)
    let bound = try #require(SocketAddress.local(of: listening))
    #expect(bound.address == address && bound.port > 0)
    #expect(SocketAddress.peer(of: listening) == nil, "it is connected to nothing")
    let other = socket(family, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(other) }
    #expect(bound.bind(other) == EADDRINUSE)
  }

  @Test func `a socket address of another family, or that is cut, is none`() {
    var pair: [CInt] = [-1, -1]
    unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
    defer { for end in pair { close(end) } }
    #expect(SocketAddress.local(of: pair[0]) == nil && SocketAddress.local(of: -1) == nil)
    #expect(
      SocketAddress(bytes: []) == nil && SocketAddress(bytes: [2, 0, 0, 80, 127, 0, 0]) == nil)
  }
}
