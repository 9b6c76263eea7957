internal import SandboxBase
internal import SystemBase

/// Free job slots, first in first out, so that a uid is unused for as long as possible before it is
/// used again.
struct SlotPool {
  private var free = FIFOQueue<JobSlot>()

  init(_ identities: IdentityRange) {
    for index in 0..<identities.jobCount {
      let id = identities.job(index)
      free.append(JobSlot(index: index, uid: id, gid: id))
    }
  }

  mutating func acquire() -> JobSlot? { free.popFirst() }

  mutating func release(_ slot: JobSlot) {
    free.append(slot)
  }
}
