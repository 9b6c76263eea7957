/// Free job slots, first in first out, so that a uid is unused for as long as possible before it is
/// used again.
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
