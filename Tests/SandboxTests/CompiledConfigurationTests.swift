import Testing

@testable import SandboxBase
@testable import SandboxClient

/// What a reload's compiler hands to the service.
struct CompiledConfigurationTests {
  private static let text = Array("{entries: {}}".utf8)
  private static let entries = [
    WireTests.entry, CompiledEntry(policy: EntryPolicy(path: "/x"), filter: WireTests.entry.filter),
  ]

  @Test func `the service reads the policies that the compiler made`() throws {
    let read = try CompiledConfiguration(CompiledConfiguration.bytes(Self.text, Self.entries))
    #expect(read.text == Self.text && read.policies == Self.entries.map(\.policy))
    let attached = try CompiledConfiguration(
      CompiledConfiguration.bytes([], [], ["tokens": [1, 2], "empty": []]))
    #expect(attached.attachments == ["tokens": [1, 2], "empty": []])
    // The longest name: that of the secret of a hook whose own name has 64 characters.
    let longest = ["hook." + String(repeating: "h", count: 64): [UInt8(1)]]
    #expect(
      try CompiledConfiguration(CompiledConfiguration.bytes([], [], longest)).attachments
        == longest)
    let none = try CompiledConfiguration(CompiledConfiguration.bytes([], []))
    #expect(none.text.isEmpty && none.policies.isEmpty)
  }

  @Test func `what is cut or goes on is refused`() {
    let bytes = CompiledConfiguration.bytes(Self.text, Self.entries)
    for count in 0..<bytes.count {
      #expect(throws: WireError.self, "cut at \(count)") {
        try CompiledConfiguration(Array(bytes.prefix(count)))
      }
    }
    #expect(CompiledConfiguration.problem(with: bytes) == nil)
    #expect(CompiledConfiguration.problem(with: bytes + [0]) != nil)
    #expect(throws: WireError.trailing(1)) { try CompiledConfiguration(bytes + [0]) }
  }
}
