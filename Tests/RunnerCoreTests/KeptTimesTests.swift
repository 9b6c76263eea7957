import Synchronization
import Testing

@testable import RunnerCore

/// When the times of a job's output go to the storage.
@Suite(.timeLimit(.minutes(30)))
struct KeptTimesTests {
  private final class Storage: OutputStorage {
    let memoryBytesMax = 1 << 20
    let kept = Mutex<[JobID]>([])

    func create(_ id: JobID, _ stream: OutputStreamName) -> any OutputFile { MemoryOutputFile() }

    func keep(stdout: OutputTimes, stderr: OutputTimes, of id: JobID) async {
      kept.withLock { $0.append(id) }
    }
  }

  @Test(arguments: [false, true])
  func `they are kept by the owner of the job alone, and leave the memory then`(
    isFenced: Bool
  ) async throws {
    let (store, storage) = (FailingStore(), Storage())
    let harness = EngineHarness(ManualLauncher(), store: store, outputs: storage)
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    order.output.append([1], of: .stdout)
    harness.clock.advance(seconds: 5)
    let live = try #require(harness.engine.table.job(job.id))
    guard case .captured(let stdout, _) = live.job.output else {
      Issue.record("it has no output")
      return
    }
    #expect(stdout.times?.marks.count == 1)
    if isFenced { store.fail(.fenced) }
    harness.launcher.end(order.launchID)
    if isFenced {
      while harness.engine.job(job.id) != nil { await Task.yield() }
    } else {
      await harness.end(of: job.id)
      #expect(stdout.times == nil)
    }
    #expect(storage.kept.withLock(\.self) == (isFenced ? [] : [job.id]))
    await harness.engine.shutDown()
  }
}
