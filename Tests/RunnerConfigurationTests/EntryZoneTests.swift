import Synchronization
import Testing

@testable import RunnerConfiguration

/// The time zone of an entry's windows.
struct EntryZoneTests {
  private final class Counter: Sendable {
    let count = Atomic<Int>(0)
  }

  @Test func `the file of a zone is read once for an entry`() {
    let counter = Counter()
    let host = HostInfo(processorCount: 4, memoryBytes: 16 << 30) { _ in
      counter.count.wrappingAdd(1, ordering: .relaxed)
      return nil
    }
    let text = """
      {entries: {a: {path: '/bin/a', windows: ['22:00-06:00'], timeZone: 'Europe/Bonn'}}}
      """
    #expect(throws: ConfigurationRefusal.self) {
      try ConfigurationReader.read(Array(text.utf8), commandLine: CommandLineSettings(), host: host)
    }
    #expect(counter.count.load(ordering: .relaxed) == 1)
  }
}
