import NetworkBase
import Testing

/// Numeric addresses, read and compared.
struct NetworkAddressTests {
  @Test(arguments: [
    ("127.0.0.1", 4), ("0.0.0.0", 4), ("192.0.2.255", 4), ("::", 16), ("::1", 16),
    ("fd00::1", 16), ("::ffff:192.0.2.1", 16),
  ])
  func `numeric addresses are read, and written as they are usually`(text: String, count: Int) {
    let address = NetworkAddress(text)
    #expect(address?.bytes.count == count && address?.description == text)
  }

  @Test(arguments: [
    "", "localhost", "127.1", "0x7f.0.0.1", "127.0.0.1 ", "127.0.0.256", "[::1]", "fe80::1%eth0",
    "10.0.0.0/8", "1.2.3.4:80", ":::", "127.0.0.1\0", "::1\0.example",
  ])
  func `what is no numeric address is none`(text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  @Test func `loopback and unspecified addresses are known in both families`() throws {
    for (text, isLoopback, isUnspecified) in [
      ("127.0.0.1", true, false), ("127.255.1.2", true, false), ("128.0.0.1", false, false),
      ("::1", true, false), ("::2", false, false), ("100::1", false, false),
      ("0.0.0.0", false, true), ("::", false, true), ("0.0.0.1", false, false),
    ] {
      let address = try #require(NetworkAddress(text))
      #expect(address.isLoopback == isLoopback && address.isUnspecified == isUnspecified, "\(text)")
    }
  }

  @Test func `a prefix of any length is compared bit by bit`() throws {
    let address = try #require(NetworkAddress("10.0.0.129"))
    let network = try #require(NetworkAddress("10.0.0.128"))
    #expect((0...31).allSatisfy { address.isIn(network, prefix: $0) })
    #expect(!address.isIn(network, prefix: 32))
    #expect(!address.isIn(try #require(NetworkAddress("::")), prefix: 0), "another family")
    #expect(network.hasBits(behind: 24) && !network.hasBits(behind: 25))
    #expect(!(try #require(NetworkAddress("fd00::")).hasBits(behind: 8)))
  }

  @Test func `a mapped address has an IPv4 address in it`() throws {
    let mapped = try #require(NetworkAddress("::ffff:192.0.2.1")).mappedIPv4
    #expect(mapped?.description == "192.0.2.1")
    #expect(try #require(NetworkAddress("::192.0.2.1")).mappedIPv4 == nil)
    #expect(try #require(NetworkAddress("192.0.2.1")).mappedIPv4 == nil)
  }
}
