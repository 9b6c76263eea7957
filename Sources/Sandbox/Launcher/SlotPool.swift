/// The slots that no job has. The one that was free longest goes first, so that an id rests as
/// long as it can before another job gets it.
struct SlotPool {
  private var free: [JobSlot]
  private var head = 0

  init(_ identities: IdentityRange) {
    self.free = (0..<identities.jobCount).map { index in
      JobSlot(index: index, uid: identities.job(index), gid: identities.job(index))
    }
  }

  mutating func acquire() -> JobSlot? {
    guard head < free.count else { return nil }
    defer {
      head += 1
      if head * 2 > free.count {
        free.removeFirst(head)
        head = 0
      }
    }
    return free[head]
  }

  mutating func release(_ slot: JobSlot) {
    free.append(slot)
  }
}
