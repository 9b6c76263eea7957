import NetworkBase
import Testing

@testable import RunnerCallbacks

/// Where callbacks may go, as a rule of values.
struct AddressRulesTests {
  private func rules(
    _ allowed: [(String, Int, ClosedRange<Int>)]? = nil, listening: String = "192.0.2.1"
  ) throws -> AddressRules {
    AddressRules(
      allowed: try allowed?.map { network, prefix, ports in
        AddressRule(try #require(NetworkAddress(network)), prefix: prefix, ports: ports)
      }, listening: [SocketAddress(try #require(NetworkAddress(listening)), port: 9000)])
  }

  private func isRefused(
    _ address: String, _ port: Int = 80, by rules: AddressRules, own: [String] = []
  ) throws -> Bool {
    let address = try #require(NetworkAddress(address))
    return rules.refusal(of: address, port: port) { own.contains($0.description) } != nil
  }

  // Proves P-057.
  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "::", "127.0.0.1", "127.255.0.9", "::1", "169.254.169.254", "fe80::1",
    "febf::1", "224.0.0.1", "239.1.2.3", "ff02::1", "255.255.255.255", "240.0.0.1",
  ])
  func `special addresses are refused unless they are named`(address: String) throws {
    #expect(try isRefused(address, by: rules()))
    let bits = address.contains(":") ? 128 : 32
    #expect(try isRefused(address, by: rules([("0.0.0.0", 0, 1...65_535), ("::", 0, 1...65_535)])))
    #expect(try !isRefused(address, by: rules([(address, bits, 80...80)])))
    #expect(try isRefused(address, 81, by: rules([(address, bits, 80...80)])))
  }

  // Proves P-057.
  @Test(arguments: [
    "::ffff:127.0.0.1", "::127.0.0.1", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1",
    "64:ff9b:1:7f00:0:100::", "2002:7f00:1::", "2002:a9fe:a9fe::1", "::ffff:169.254.169.254",
    "2001:0:c000:201::80ff:fffe", "::ffff:0.0.0.0", "64:ff9b::e000:1",
  ])
  func `an address that carries another is judged by that`(address: String) throws {
    #expect(try isRefused(address, by: rules()))
    #expect(try isRefused(address, by: rules([("::", 0, 1...65_535)])))
    #expect(try !isRefused("2001:db8::1", by: rules()), "the twin: one that carries none")
  }

  @Test func `an address that carries a good one may be reached`() throws {
    for address in ["::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"] {
      #expect(try !isRefused(address, by: rules()))
      #expect(try !isRefused(address, by: rules([("10.0.0.0", 8, 80...80)])))
      #expect(try isRefused(address, by: rules([("10.0.0.0", 8, 81...81)])))
    }
  }

  @Test func `with a list only what it has may be reached, by network and port`() throws {
    let rules = try rules([("10.0.0.0", 8, 8080...8099), ("fd00::", 9, 443...443)])
    #expect(try !isRefused("10.255.0.1", 8080, by: rules))
    #expect(try !isRefused("10.0.0.1", 8099, by: rules))
    #expect(try isRefused("10.0.0.1", 8100, by: rules))
    #expect(try isRefused("11.0.0.1", 8080, by: rules))
    #expect(try !isRefused("fd7f::1", 443, by: rules))
    #expect(try isRefused("fd80::1", 443, by: rules))
    #expect(try isRefused("8.8.8.8", 443, by: rules))
    #expect(try isRefused("10.0.0.1", 8080, by: self.rules([])))
  }

  @Test func `a service that only this machine reaches may call this machine`() throws {
    let rules = try rules(listening: "127.0.0.1")
    #expect(try !isRefused("127.0.0.1", 9100, by: rules))
    #expect(try !isRefused("::1", 9000, by: rules))
    #expect(try isRefused("127.0.0.1", 9000, by: rules), "but not itself")
    #expect(try isRefused("::ffff:127.0.0.1", 9000, by: rules))
  }

  @Test func `a service does not call itself unless that is named`() throws {
    #expect(try isRefused("192.0.2.1", 9000, by: rules()))
    #expect(try !isRefused("192.0.2.1", 9001, by: rules()))
    #expect(try isRefused("192.0.2.1", 9000, by: rules([("192.0.2.0", 24, 1...65_535)])))
    #expect(try !isRefused("192.0.2.1", 9000, by: rules([("192.0.2.1", 32, 9000...9000)])))
    let everywhere = try rules(listening: "0.0.0.0")
    #expect(try isRefused("10.1.1.1", 9000, by: everywhere, own: ["10.1.1.1"]))
    #expect(try !isRefused("10.1.1.1", 9001, by: everywhere, own: ["10.1.1.1"]))
    #expect(try !isRefused("10.1.1.2", 9000, by: everywhere, own: ["10.1.1.1"]))
  }

  @Test func `this machine knows its addresses`() throws {
    #expect(LocalAddresses.contain(try #require(NetworkAddress("127.0.0.1"))) == true)
    #expect(LocalAddresses.contain(try #require(NetworkAddress("192.0.2.77"))) == false)
  }
}
