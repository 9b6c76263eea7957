package import SandboxBase

/// The requests of the service, one row each: the one table before the seal and after it.
/// docs/launcher-protocol.md has the layout of their fields.
package enum RequestTable {
  /// Bytes of a request of a kind alone, and of one with the number of a launch.
  private static let kindBytes = 4
  private static let launchIDBytes = 12

  /// The rows, in the order of their numbers on the wire.
  package static let rows: [RequestRow] = [
    before(.policy, in: [.start], next: .policy) { $0.accept($1) },
    before(.entry, in: [.policy, .entries], next: .entries) { try $0.add($1) },
    before(.seal, in: [.entries], next: .sealed, bytesMax: kindBytes) { _, _ in },
    after(.launch, bytesMax: Request.bytesMax, descriptorCounts: 3...5) { try $0.launch($1, $2) },
    after(.terminate, bytesMax: launchIDBytes) { launcher, request, _ in
      guard case .terminate(let launchID) = request else { return }
      try launcher.terminate(launchID, cause: .terminated)
    },
    after(.freeze, bytesMax: launchIDBytes) { launcher, request, _ in
      guard case .freeze(let launchID) = request else { return }
      try launcher.freeze(launchID)
    },
    after(.thaw, bytesMax: launchIDBytes) { launcher, request, _ in
      guard case .thaw(let launchID) = request else { return }
      try launcher.thaw(launchID)
    },
    after(.reload, bytesMax: kindBytes) { launcher, _, _ in try launcher.reload() },
    after(.settle, bytesMax: ResultRequest.bytesMax) { launcher, request, _ in
      guard case .settle(let result) = request else { return }
      try launcher.settle(result)
    },
    after(.resources, bytesMax: launchIDBytes) { launcher, request, _ in
      guard case .resources(let launchID) = request else { return }
      try launcher.reportResources(of: launchID)
    },
  ]

  /// The row of a number on the wire.
  ///
  /// - Throws: `WireError.unknownKind`.
  package static func row(_ code: UInt32) throws(WireError) -> RequestRow {
    guard let row = rows.first(where: { $0.kind.rawValue == code }) else {
      throw .unknownKind(code)
    }
    return row
  }

  /// A row of the setup: no descriptor comes with it.
  private static func before(
    _ kind: Request.Kind, in phases: Set<RequestRow.Phase>, next: RequestRow.Phase,
    bytesMax: Int = Request.bytesMax,
    _ handler: @escaping @Sendable (inout LauncherSetup, Request) throws -> Void
  ) -> RequestRow {
    RequestRow(
      kind: kind, phases: phases, next: next, bytesMax: bytesMax, descriptorCounts: 0...0,
      handler: .setup(handler))
  }

  /// A row of the sealed launcher.
  private static func after(
    _ kind: Request.Kind, bytesMax: Int, descriptorCounts: ClosedRange<Int> = 0...0,
    _ handler: @escaping @Sendable (Launcher, Request, JobDescriptors) throws -> Void
  ) -> RequestRow {
    RequestRow(
      kind: kind, phases: [.sealed], next: .sealed, bytesMax: bytesMax,
      descriptorCounts: descriptorCounts, handler: .launcher(handler))
  }
}
