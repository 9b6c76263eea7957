import RunnerConfiguration
import Testing

@testable import RunnerCommand

/// Jobs and connections fit the descriptors that our processes may have.
struct DescriptorBudgetTests {
  // Twin of P-698.
  @Test func `where there is enough nothing is lowered`() throws {
    let budget = try DescriptorBudget(ServiceSettings(), entryCount: 4, limit: 524_288)
    #expect(budget.running == 256 && budget.connections == 1024 && budget.note == nil)
    let unlimited = try DescriptorBudget(ServiceSettings(), entryCount: 4, limit: .max)
    #expect(unlimited == budget)
  }

  // Proves P-698.
  @Test(arguments: [(UInt64(256), 11), (512, 33), (1024, 75)])
  func `a low limit lowers jobs and connections, and the log says so`(
    limit: UInt64, running: Int
  ) throws {
    let budget = try DescriptorBudget(ServiceSettings(), entryCount: 1, limit: limit)
    #expect(budget.running == running && budget.connections < 1024)
    #expect(budget.note?.contains("open files is \(limit): \(running) jobs") == true)
    #expect(Self.descriptors(of: budget) <= Int(limit))
    #expect(116 + 12 * budget.running <= Int(limit))
  }

  // Proves P-698.
  @Test func `connections get what jobs leave`() throws {
    var service = ServiceSettings()
    service.httpConnections = 30_000
    service.running = 64
    let budget = try DescriptorBudget(service, entryCount: 1, limit: 20_000)
    #expect(budget.running == 64 && budget.connections == (20_000 - 64 - 8 * 64) * 2 / 3)
    #expect(budget.connections > 10_000 && Self.descriptors(of: budget) <= 20_000)
    service.running = 4_096
    let shared = try DescriptorBudget(service, entryCount: 1, limit: 20_000)
    #expect(shared.connections == (20_000 - 64) / 4 * 2 / 3)
    #expect(Self.descriptors(of: shared) <= 20_000)
  }

  /// In the service, where every second connection sends or reads a file.
  private static func descriptors(of budget: DescriptorBudget) -> Int {
    64 + budget.connections + (budget.connections + 1) / 2 + 8 * budget.running
  }

  // Proves P-698.
  @Test(arguments: [1023, 1024, 1025])
  func `what is enough for all is said, and is enough`(connections: Int) throws {
    var service = ServiceSettings()
    service.httpConnections = connections
    let note = try #require(DescriptorBudget(service, entryCount: 1, limit: 1024).note)
    let words = note.split(separator: " ")
    let index = try #require(words.firstIndex(of: "enough"))
    let needed = try #require(UInt64(words[index - 2]))
    let budget = try DescriptorBudget(service, entryCount: 1, limit: needed)
    #expect(budget.note == nil && Self.descriptors(of: budget) <= Int(needed))
    #expect(try DescriptorBudget(service, entryCount: 1, limit: needed - 1).note != nil)
  }

  // Proves P-698.
  @Test func `too few for one job is refused, with the number that is needed`() {
    let failure = #expect(throws: StartFailure.self) {
      try DescriptorBudget(ServiceSettings(), entryCount: 1, limit: 100)
    }
    #expect(failure?.code == .configurationRefused && failure?.text.contains("128") == true)
  }
}
