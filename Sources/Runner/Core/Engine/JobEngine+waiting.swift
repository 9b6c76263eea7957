/// What queued jobs wait for.
extension JobEngine {
  /// The same snapshots with what each queued job waits for.
  ///
  /// - Parameter hasPlace: whether their places are told, which costs a step for each client.
  func addWaits(to snapshots: [JobSnapshot], hasPlace: Bool = true) -> [JobSnapshot] {
    let places = hasPlace ? QueuePlaces(queue) : nil
    return snapshots.map { snapshot in
      guard snapshot.state == .queued, let live = table.job(snapshot.id) else { return snapshot }
      var snapshot = snapshot
      snapshot.wait = wait(of: live, places)
      return snapshot
    }
  }

  private func wait(of live: LiveJob, _ places: QueuePlaces?) -> WaitStatus? {
    guard let reservation = live.reservation else { return nil }
    if let deferral = deferred[live.job.id] {
      var wait = WaitStatus(deferral.reason)
      wait.jobs = live.job.request.schedule.after.filter(deferral.predecessors.contains)
      wait.until = wait.jobs.isEmpty ? deferral.until : nil
      return wait
    }
    var wait = WaitStatus(waitReason(entry: live.entry, client: live.job.client))
    if wait.reason == .window { wait.until = windows.until(of: live.entry) }
    wait.place = places?.place(of: reservation)
    return wait
  }

  /// What queued jobs of an entry and a client wait for first.
  private func waitReason(entry: Int, client: Principal) -> WaitReason {
    if isPaused { return .paused }
    if isDraining { return .draining }
    if !isOpen(entry) { return .paths }
    if !isInWindow(entry) { return .window }
    if isAtRunningQuota(client) { return .quota }
    if !slots.hasFreePool(for: entry) { return .pool }
    if !slots.hasFreeShare(for: entry) { return .entry }
    return isStoreFailing ? .store : .slots
  }

  /// Number of waiting jobs by what they wait for first. It costs a step for each client and entry
  /// of those that may start, and for each job that may not yet.
  var waitingByReason: [WaitReason: Int] {
    var counts = deferred.counts
    queue.forEachQueue { client, entry, count in
      counts[waitReason(entry: entry, client: client), default: 0] += count
    }
    return counts
  }
}
