import Glibc
import Synchronization
import SystemBase
import Testing

/// Roles of threads, and the table of them that people read.
struct ThreadRoleTests {
  /// What a thread found out about itself.
  private final class Findings: Sendable {
    let roles = Mutex<[ThreadRole?]>([])
    func add(_ role: ThreadRole?) { roles.withLock { $0.append(role) } }
  }

  @Test func `a thread has the role that it adopted, and no other thread has it`() throws {
    let found = Findings()
    try DedicatedThread {
      found.add(.current)
      ThreadRole.callbacks.adopt()
      found.add(.current)
      ThreadRole.callbacks.assertCurrent()
    }.join()
    try DedicatedThread { found.add(.current) }.join()
    #expect(found.roles.withLock { $0 } == [nil, .callbacks, nil])
  }

  @Test func `a thread that a pool lends has a role for one piece of work`() throws {
    let found = Findings()
    try DedicatedThread {
      let result = ThreadRole.diskReads.run {
        found.add(.current)
        ThreadRole.diskWrites.run { found.add(.current) }
        found.add(.current)
        return 7
      }
      found.add(result == 7 ? .current : .http)
    }.join()
    #expect(found.roles.withLock { $0 } == [.diskReads, .diskWrites, .diskReads, nil])
  }

  #if DEBUG
    @Test func `code on another thread than its own ends a debug build`() async {
      await #expect(processExitsWith: .failure) {
        ThreadRole.http.adopt()
        ThreadRole.launcherLoop.assertCurrent()
      }
      await #expect(processExitsWith: .failure) { ThreadRole.http.assertCurrent() }
      // The twin.
      await #expect(processExitsWith: .success) {
        ThreadRole.http.adopt()
        ThreadRole.http.assertCurrent()
      }
    }

    @Test func `waiting for a disk where all connections or jobs wait ends a debug build`() async {
      await #expect(processExitsWith: .failure) {
        ThreadRole.launcherLoop.run { ThreadRole.assertMayWaitForDisk() }
      }
      await #expect(processExitsWith: .failure) {
        ThreadRole.http.run { ThreadRole.assertMayWaitForDisk() }
      }
      await #expect(processExitsWith: .success) {
        ThreadRole.assertMayWaitForDisk()
        ThreadRole.diskWrites.run { ThreadRole.assertMayWaitForDisk() }
      }
    }
  #endif
}
