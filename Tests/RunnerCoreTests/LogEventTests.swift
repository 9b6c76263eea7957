import RunnerCore
import Testing

struct LogEventTests {
  @Test func `an event has its fields in their order, as text and as numbers`() {
    let log = RecordingLogger()
    log.log(.warning, "job.lost", "job a is lost", ["job": "a\(1)", "tries": 3])
    let event = log.events.first
    #expect(event?.name == "job.lost")
    #expect(event?.fields.all.map(\.name) == ["job", "tries"])
    #expect(event?.fields["job"] == .text("a1"))
    #expect(event?.fields["tries"] == .integer(3))
    #expect(event?.fields["none"] == nil)
  }
}
