internal import CLaunch
internal import CLinux
internal import Glibc

/// The entries with their kinds of cells, each kind tried once, and the preparer that makes them.
struct CellTable: ~Copyable {
  let entries: [SealedEntry]
  let kinds: CellKinds
  /// One of each of the first kinds.
  let ready: [Cell]
  let preparer: PreparerProcess

  /// Kinds that are tried by making a cell of each, and have one ready from then on.
  private static let readyMax = 64

  /// - Throws: `LauncherSetup.Refusal` for an entry whose cells this host cannot make.
  init(
    _ entries: [CompiledEntry], _ executables: [Executable], on host: SealingHost
  ) throws {
    let preparer = try PreparerProcess(
      Preparer.Charge(holder: host.mode == .sameUser ? nil : host.holder))
    var kinds = CellKinds()
    let sealed = try Self.seal(entries, executables, on: host, &kinds)
    self.ready = try Self.tryOut(kinds, preparer)
    self.entries = sealed
    self.kinds = kinds
    self.preparer = preparer
  }

  /// Entries with the numbers of their kinds; kinds that are new are added.
  static func seal(
    _ entries: [CompiledEntry], _ executables: [Executable], on host: SealingHost,
    _ kinds: inout CellKinds
  ) throws -> [SealedEntry] {
    let offer = host.offer
    var sealed: [SealedEntry] = []
    for (entry, executable) in zip(entries, executables) {
      let enforcement = try Self.enforcement(entry.policy, on: host)
      let kind = CellKind(entry.policy, programs: executable.programs, on: offer)
      if !kind.isNeeded,
        host.mode == .sameUser || (entry.policy.account != nil && !host.hasCgroups)
      {
        throw LauncherSetup.Refusal(text: Self.withoutBounds(entry.policy.path))
      }
      let number = kind.isNeeded ? kinds.number(of: kind, for: entry.policy.path) : nil
      sealed.append(
        SealedEntry(
          policy: entry.policy, filter: entry.filter, fixed: try LaunchCall.Fixed(entry),
          arguments: try CompiledArgumentRules(entry.policy.arguments),
          argumentFolders: entry.policy.argumentFolders,
          executable: executable, kind: kind, cell: number,
          enforcement: enforcement))
    }
    return sealed
  }

  private static func enforcement(
    _ policy: EntryPolicy, on host: SealingHost
  ) throws(LauncherSetup.Refusal) -> Enforcement {
    do throws(EnforcementRefusal) {
      return try Enforcement.plan(for: policy, on: host.facts, mode: host.mode)
    } catch {
      throw LauncherSetup.Refusal(text: "The entry \(policy.path) is refused. \(error)")
    }
  }

  private static func withoutBounds(_ path: String) -> String {
    "The entry \(path) leaves out the PID namespace on a host without cgroup v2, and its jobs have "
      + "no uid of their own: what they leave behind could not be told apart. Keep the layer "
      + "pid-namespace, or mount cgroup v2."
  }

  private static func tryOut(
    _ kinds: CellKinds, _ preparer: borrowing PreparerProcess
  ) throws -> [Cell] {
    var ready: [Cell] = []
    for (number, kind) in kinds.kinds.enumerated() {
      guard let kind else { continue }
      do {
        try preparer.add(kind)
        guard number < readyMax else { continue }
        try preparer.order(number)
        guard let arrival = try preparer.next(waits: true) else { continue }
        if let fault = arrival.reply.fault {
          throw PreparerProcess.Refusal(fault: fault, object: arrival.reply.object)
        }
        if let cell = arrival.cell { ready.append(cell) }
      } catch let refusal as PreparerProcess.Refusal {
        throw LauncherSetup.Refusal(text: words(refusal, owner: kinds.owners[number]))
      }
    }
    return ready
  }

  static func words(_ refusal: PreparerProcess.Refusal, owner: String) -> String {
    let reason = refusal.object.isEmpty ? refusal.fault.message : refusal.object + "."
    let remedy =
      refusal.fault.step == .cellTree
      ? "Name existing paths without symbolic links."
      : "`http-runner doctor` says what this host lacks; `without` in the configuration leaves a "
        + "layer out by name."
    return "No cell can be made for jobs of \(owner): \(reason) \(remedy)"
  }
}
