internal import SandboxBase
internal import SharedBounds

/// Entries whose host paths are not there: the service refuses their jobs, and the launcher looks
/// at the paths again until they are.
extension Launcher {
  /// Milliseconds between two looks at the paths of a closed entry.
  private static let probeMilliseconds: Int64 = 2000

  /// Looks at the host paths of every spec that has any and was not looked at yet.
  func probeFresh() throws {
    for (specIndex, spec) in specs.specs.enumerated() where mountQueues[specIndex] == nil {
      guard let paths = spec?.hostPaths, !paths.isEmpty else { continue }
      var queue = MountQueue(paths: paths)
      queue.isProbeWanted = true
      mountQueues[specIndex] = queue
      try feedMounter(specIndex)
    }
  }

  /// Looks again where it is time.
  func probeClosed(_ time: Int64) throws {
    for (specIndex, queue) in mountQueues {
      guard let probeAt = queue.closure?.probeAt, probeAt <= time else { continue }
      mountQueues[specIndex]?.closure?.probeAt = nil
      mountQueues[specIndex]?.isProbeWanted = true
      try feedMounter(specIndex)
    }
  }

  func closeEntries(_ specIndex: Int, _ fault: LaunchStepFailure) throws {
    let known = mountQueues[specIndex]?.closure?.text
    mountQueues[specIndex]?.closure = MountQueue.Closure(
      text: fault.message, probeAt: now() + Self.probeMilliseconds)
    guard known != fault.message else { return }
    for index in entries(of: specIndex) {
      let path = entries[index].policy.path
      OperatorLog.warning(
        "entry.closed", "jobs of \(path) are refused: \(fault.message)", ["path": path])
    }
    try replyState(specIndex)
  }

  func openEntries(_ specIndex: Int) throws {
    guard let queue = mountQueues[specIndex], queue.closure != nil || !queue.isKnown else { return }
    mountQueues[specIndex]?.closure = nil
    for index in entries(of: specIndex) where queue.closure != nil {
      let path = entries[index].policy.path
      OperatorLog.info(
        "entry.opened", "jobs of \(path) are taken again: its paths are there", ["path": path])
    }
    try replyState(specIndex)
  }

  /// Says of a fresh table what is known of its entries.
  func replyStates() throws {
    for (specIndex, queue) in mountQueues where queue.isKnown { try replyState(specIndex) }
  }

  private func replyState(_ specIndex: Int) throws {
    mountQueues[specIndex]?.isKnown = true
    let text = mountQueues[specIndex]?.closure?.text ?? ""
    for index in entries(of: specIndex) {
      let id = EntryID(generation: generation, index: UInt32(index))
      try reply(.entryState(entry: id, text: text))
    }
  }

  private func entries(of specIndex: Int) -> [Int] {
    entries.indices.filter { entries[$0].specIndex == specIndex }
  }
}
