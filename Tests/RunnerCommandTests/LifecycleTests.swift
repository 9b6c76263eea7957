import Glibc
import SandboxClient
import Synchronization
import SystemBase
import Testing

@testable import RunnerCommand

/// How a request that asks for a drain reaches the thread that waits for signals.
struct LifecycleTests {
  @Test func `a drain that is asked for comes to the thread that was prepared for it`() throws {
    let received = Mutex<Int32?>(nil)
    let thread = try DedicatedThread {
      ProcessSignals.blockAll()
      Lifecycle.prepareThread()
      let waiting = pthread_self()
      // A request is answered on another thread, where the signal is not blocked. The second one
      // comes after the first and has the higher number, so that it is read only where no first
      // one came.
      let asking = try? DedicatedThread {
        Lifecycle.requestDrain()
        pthread_kill(waiting, SIGUSR2)
      }
      guard let asking else { return }
      let signal = ProcessSignals.wait(for: [SIGUSR1, SIGUSR2])
      received.withLock { $0 = signal }
      // This thread is signalled for the last time before it ends.
      asking.join()
    }
    thread.join()
    #expect(received.withLock { $0 } == SIGUSR1)
  }
}
