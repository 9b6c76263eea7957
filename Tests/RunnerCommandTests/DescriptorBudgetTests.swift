import RunnerConfiguration
import Testing

@testable import RunnerCommand

/// Jobs and connections fit the descriptors that our processes may have.
struct DescriptorBudgetTests {
  @Test func `where there is enough nothing is lowered`() throws {
    let budget = try DescriptorBudget(ServiceSettings(), entryCount: 4, limit: 524_288)
    #expect(budget.running == 256 && budget.connections == 1024 && budget.note == nil)
    let unlimited = try DescriptorBudget(ServiceSettings(), entryCount: 4, limit: .max)
    #expect(unlimited == budget)
  }

  @Test(arguments: [(UInt64(256), 11), (512, 33), (1024, 75)])
  func `a low limit lowers jobs and connections, and the log says so`(
    limit: UInt64, running: Int
  ) throws {
    let budget = try DescriptorBudget(ServiceSettings(), entryCount: 1, limit: limit)
    #expect(budget.running == running && budget.connections < 1024)
    #expect(budget.note?.contains("open files is \(limit): \(running) jobs") == true)
    #expect(64 + budget.connections + 8 * budget.running <= Int(limit))
    #expect(116 + 12 * budget.running <= Int(limit))
  }

  @Test func `connections get what jobs leave`() throws {
    var service = ServiceSettings()
    service.httpConnections = 30_000
    service.running = 64
    let budget = try DescriptorBudget(service, entryCount: 1, limit: 20_000)
    #expect(budget.running == 64 && budget.connections == 20_000 - 64 - 8 * 64)
    service.running = 4_096
    let shared = try DescriptorBudget(service, entryCount: 1, limit: 20_000)
    #expect(shared.connections == (20_000 - 64) / 4)
    #expect(64 + shared.connections + 8 * shared.running <= 20_000)
  }

  @Test func `what is enough for all is said, and is enough`() throws {
    let note = try #require(
      DescriptorBudget(ServiceSettings(), entryCount: 1, limit: 1024).note)
    let words = note.split(separator: " ")
    let index = try #require(words.firstIndex(of: "enough"))
    let needed = try #require(UInt64(words[index - 2]))
    #expect(try DescriptorBudget(ServiceSettings(), entryCount: 1, limit: needed).note == nil)
  }

  @Test func `too few for one job is refused, with the number that is needed`() {
    let failure = #expect(throws: StartFailure.self) {
      try DescriptorBudget(ServiceSettings(), entryCount: 1, limit: 100)
    }
    #expect(failure?.code == .configurationRefused && failure?.text.contains("128") == true)
  }
}
