import SandboxBase
import SandboxLauncher
import Testing

/// The one table of what the service may ask the launcher, and when.
struct RequestTableTests {
  private static func admit(_ code: UInt32, _ gate: inout RequestGate) throws -> RequestRow {
    let row = try? RequestTable.row(code)
    let descriptors = JobDescriptors(adopting: [])
    let areLost = JobDescriptors(adopting: [], areLost: true)
    return try gate.admit(
      code, byteCount: 4, row?.descriptorCounts.upperBound == 0 ? descriptors : areLost)
  }

  /// A gate that was brought to a phase by the requests that lead there.
  private static func gate(in phase: RequestRow.Phase) throws -> RequestGate {
    var gate = RequestGate()
    for code in [1, 2, 3] as [UInt32] where gate.phase != phase { _ = try admit(code, &gate) }
    #expect(gate.phase == phase)
    return gate
  }

  @Test func `each kind on the wire has one row`() {
    #expect(RequestTable.rows.map(\.kind) == Request.Kind.allCases)
    #expect(RequestTable.rows.allSatisfy { !$0.phases.isEmpty })
    #expect(RequestTable.rows.allSatisfy { (4...Request.bytesMax).contains($0.bytesMax) })
  }

  // Proves P-161.
  @Test(arguments: RequestRow.Phase.allCases)
  func `a request out of its phase is refused`(phase: RequestRow.Phase) throws {
    for row in RequestTable.rows {
      var gate = try Self.gate(in: phase)
      let code = row.kind.rawValue
      if row.phases.contains(phase) {
        #expect(try Self.admit(code, &gate).kind == row.kind)
        #expect(gate.phase == row.next)
      } else {
        #expect(throws: WireError.notPermitted(code)) { try Self.admit(code, &gate) }
        #expect(gate.phase == phase)
      }
    }
  }

  // Twin of P-161.
  @Test func `each request is taken in its phase`() throws {
    for row in RequestTable.rows {
      for phase in row.phases {
        var gate = try Self.gate(in: phase)
        #expect(try Self.admit(row.kind.rawValue, &gate).kind == row.kind)
      }
    }
  }

  @Test(arguments: RequestRow.Phase.allCases)
  func `an unknown request is refused in every phase`(phase: RequestRow.Phase) throws {
    var gate = try Self.gate(in: phase)
    for code in [0, 11, .max] as [UInt32] {
      #expect(throws: WireError.unknownKind(code)) { try Self.admit(code, &gate) }
    }
  }

  @Test func `nothing before the seal may come after it, and the other way round`() {
    let early = RequestTable.rows.filter { !$0.phases.contains(.sealed) }.map(\.kind)
    #expect(early == [.policy, .entry, .seal])
    #expect(
      RequestTable.rows.filter { $0.phases.contains(.sealed) }.allSatisfy { $0.phases.count == 1 })
  }

  @Test func `a message is held against the bounds of its row`() throws {
    for row in RequestTable.rows where row.phases.contains(.sealed) {
      var gate = RequestGate(in: .sealed)
      let descriptors = JobDescriptors(adopting: [], areLost: row.descriptorCounts.upperBound > 0)
      let code = row.kind.rawValue
      #expect(throws: WireError.badValue("length")) {
        try gate.admit(code, byteCount: row.bytesMax + 1, descriptors)
      }
      #expect(try gate.admit(code, byteCount: row.bytesMax, descriptors).kind == row.kind)
    }
    var gate = RequestGate(in: .sealed)
    #expect(throws: WireError.wrongDescriptorCount(0)) {
      try gate.admit(4, byteCount: 4, JobDescriptors(adopting: []))
    }
  }
}
