import Testing

@testable import RunnerCore

/// Jobs that may not start yet.
struct DeferredJobsTests {
  // Proves P-466.
  @Test func `what may start is found among a hundred thousand that wait for longer`() {
    var jobs = DeferredJobs()
    let far = Timestamp(microseconds: 1 << 50)
    for _ in 0..<100_000 {
      jobs.add(.random(), DeferredJobs.Deferral(predecessors: [], until: far))
    }
    let (first, near, second) = (JobID.random(), JobID.random(), JobID.random())
    jobs.add(near, DeferredJobs.Deferral(predecessors: [], until: Timestamp(microseconds: 5)))
    jobs.add(second, DeferredJobs.Deferral(predecessors: [first], until: nil))
    #expect(jobs.earliest == Timestamp(microseconds: 5))
    let due = jobs.removeDue(at: Timestamp(microseconds: 5))
    #expect(due == [near] && jobs.successors(of: first) == [second])
    let settled = jobs.settle(first)
    #expect(settled == [second])
    #expect(jobs.count == 100_000 && jobs.earliest == far)
    #expect(jobs.counts == [.notBefore: 100_000])
  }

  @Test func `a job that waits for both starts when both have come`() {
    var jobs = DeferredJobs()
    let (first, second) = (JobID.random(), JobID.random())
    let time = Timestamp(microseconds: 5)
    jobs.add(second, DeferredJobs.Deferral(predecessors: [first], until: time))
    let early = jobs.removeDue(at: time)
    #expect(early == [] && jobs[second]?.reason == .after && jobs.counts == [.after: 1])
    let settled = jobs.settle(first)
    #expect(settled == [second])
    jobs.add(second, DeferredJobs.Deferral(predecessors: [first], until: time))
    let isOver = jobs.retain([], of: second)
    #expect(!isOver && jobs[second]?.reason == .notBefore && jobs.counts == [.notBefore: 1])
    let due = jobs.removeDue(at: time)
    #expect(due == [second] && jobs.count == 0 && jobs.counts == [:])
  }

  @Test func `times of jobs that are gone do not pile up`() {
    var jobs = DeferredJobs()
    for number in 0..<10_000 {
      let id = JobID.random()
      let time = Timestamp(microseconds: Int64(number))
      jobs.add(id, DeferredJobs.Deferral(predecessors: [], until: time))
      jobs.remove(id)
    }
    #expect(jobs.timerCount <= 65 && jobs.count == 0 && jobs.counts == [:])
  }
}
