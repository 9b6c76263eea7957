/// Offers of jobs that wait here for a slot to the other processes of a shared store.
extension JobEngine {
  /// The lane of a new job; nil where this process alone can start it.
  func lane(of live: LiveJob) -> String? {
    guard sharing != nil, live.job.heldUntil == nil, isImmediate(live.job.request),
      !takesFiles(live.entry)
    else { return nil }
    return entries[live.entry].name
  }

  /// Whether jobs of an entry have files, which lie in the state folder of one process.
  func takesFiles(_ row: Int) -> Bool { ports.files != nil && entries[row].files != nil }

  /// Lets others start a queued job that waits for nothing but a slot.
  func offer(_ live: LiveJob) {
    let id = live.job.id
    guard sharing != nil, live.job.lane == nil, !takesFiles(live.entry) else { return }
    let lane = entries[live.entry].name
    var offered = live
    offered.job.lane = lane
    table.put(offered)
    let place = live.job.place(from: ports.clock.now())
    Task {
      // For as long as it waits for a slot here.
      while let live = table.job(id), live.reservation != nil, deferred[id] == nil,
        sharing?.hasLeft == false
      {
        do throws(StoreFailure) {
          return try await ports.store.offer(id, in: lane, at: place)
        } catch .fenced {
          return
        } catch {
          await ports.clock.sleep(for: Self.storeRetryDelay)
        }
      }
    }
  }
}
