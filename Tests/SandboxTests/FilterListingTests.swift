@testable import SandboxBase
@testable import SandboxFilter
import Testing

@Suite struct FilterListingTests {
  private static let request = FilterRequest(profile: .network, network: .all)

  @Test func `every call of the profile stands in the listing, with its verdict and reason`() throws
  {
    let lines = try FilterListing(Self.request).calls()
    let rules = try Self.request.rules()
    let table = GoldenTable(text: "== a\n" + lines.joined(separator: "\n"))
    let rows = try #require(table.sections["a"])
    for rule in rules {
      for name in rule.names where try SyscallNumbers.number(of: name) != nil {
        #expect(rows[name]?.rule?.signature == rule.signature, "\(name)")
      }
      #expect(lines.contains("# \(rule.because)"))
    }
  }

  @Test func `every instruction has a line, and every jump a place in the program`() throws {
    let listing = try FilterListing(Self.request)
    let lines = listing.instructions()
    #expect(lines.count == listing.instructionCount)
    #expect(lines.count == (try Self.request.compile()).count)
    for (index, line) in lines.enumerated() {
      let words = line.split(separator: " ")
      #expect(words.first == "\(index)")
      for match in line.matches(of: /(?:go to|else) ([0-9]+)/) {
        let target = try #require(Int(match.output.1))
        #expect(target > index && target < lines.count, "\(line)")
      }
    }
    #expect(lines[0].contains("load the processor"))
    #expect(lines.contains { $0.hasSuffix("answer allow") })
    #expect(lines.contains { $0.contains("ptrace: EPERM") })
    #expect(lines.contains { $0.contains("socket: decided at") })
  }

  @Test func `a name is found for a number and a number for the name`() throws {
    for name in ["read", "socket", "landlock_restrict_self"] {
      let number = try #require(try SyscallNumbers.number(of: name))
      #expect(SyscallNumbers.name(of: number) == name)
    }
    #expect(SyscallNumbers.name(of: 9999) == nil)
    #expect(SyscallNumbers.name(of: .max) == nil)
  }
}
