package import SandboxBase

/// Admits requests by their row of `RequestTable`. What is unknown, early, late, repeated, too long
/// or has other descriptors than its row ends the launcher.
package struct RequestGate {
  /// How far the conversation has come.
  package private(set) var phase: RequestRow.Phase

  /// A gate, by default before the first request, which must be the policy.
  package init(in phase: RequestRow.Phase = .start) {
    self.phase = phase
  }

  /// Holds a message against its row, and goes on to the phase after it.
  ///
  /// - Parameters:
  ///   - code: the number of its kind.
  ///   - byteCount: bytes of the whole message.
  ///   - descriptors: what came with it. Some of those that belong may be lost, where the table of
  ///   this process is full.
  /// - Returns: the row, whose handler serves the request.
  /// - Throws: `WireError`: `unknownKind`, `notPermitted` in this phase, `badValue` for a message
  ///   that is too long, `wrongDescriptorCount`.
  package mutating func admit(
    _ code: UInt32, byteCount: Int, _ descriptors: JobDescriptors
  ) throws(WireError) -> RequestRow {
    let row = try RequestTable.row(code)
    guard row.phases.contains(phase) else { throw .notPermitted(code) }
    guard byteCount <= row.bytesMax else { throw .badValue("length") }
    let counts = row.descriptorCounts
    guard
      counts.contains(descriptors.fds.count) || (descriptors.areLost && counts.upperBound > 0)
    else {
      throw .wrongDescriptorCount(descriptors.fds.count)
    }
    phase = row.next
    return row
  }
}
