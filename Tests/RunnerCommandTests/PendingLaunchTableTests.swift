import Testing

@testable import RunnerCommand

/// Launches that are ordered before the launcher has them.
struct PendingLaunchTableTests {
  @Test func `a request to terminate a launch is kept until the launcher has it`() {
    let table = PendingLaunchTable()
    #expect(!table.terminate(1), "it is the launcher's")
    table.add(1)
    table.add(2)
    #expect(!table.isTerminated(1))
    #expect(table.terminate(1) && table.isTerminated(1) && !table.isTerminated(2))
    #expect(table.remove(1) && !table.remove(2))
    #expect(!table.terminate(1) && !table.remove(1))
  }
}
