import RunnerCore
import Testing

/// Hours in which jobs of an entry start, and clocks that are changed.
@Suite(.timeLimit(.minutes(30)))
struct EntryWindowTests {
  private static func moment(_ text: String) -> Timestamp {
    Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0)
  }

  private static func change(_ text: String, _ offset: Int) -> TimeZoneRules.Transition {
    TimeZoneRules.Transition(time: moment(text).microseconds / 1_000_000, offset: offset)
  }

  /// Central Europe in 2026: clocks go from 2 to 3 on 29 March, and from 3 to 2 on 25 October.
  private static let zone = TimeZoneRules(
    name: "Europe/Berlin", firstOffset: 3600,
    changes: [change("2026-03-29T01:00:00Z", 7200), change("2026-10-25T01:00:00Z", 3600)])

  private static func windows(_ hours: (Double, Double)...) -> WindowSchedule {
    WindowSchedule(
      hours.map { WindowSchedule.Window(start: Int($0.0 * 60), end: Int($0.1 * 60)) }, zone: zone)
  }

  /// The hours of some days in which a window is open, by its own word of what changes next.
  private static func openings(
    _ windows: WindowSchedule, from start: String, to end: String
  ) -> [String] {
    var openings: [String] = []
    var now = moment(start)
    while now < moment(end) {
      let (isOpen, until) = windows.state(at: now)
      if isOpen { openings.append("\(now) \(until)".replacing(":00.000Z", with: "Z")) }
      now = until
    }
    return openings
  }

  @Test func `a window may reach into the next day, and the whole day is one`() {
    let night = Self.windows((22, 6))
    #expect(night.state(at: Self.moment("2026-01-10T04:59:59Z")).isOpen)
    let (isOpen, until) = night.state(at: Self.moment("2026-01-10T05:00:00Z"))
    #expect(!isOpen && until == Self.moment("2026-01-10T21:00:00Z"))
    #expect(night.state(at: until).isOpen)
    let day = Self.windows((0, 24))
    for hour in 10..<24 {
      #expect(day.state(at: Self.moment("2026-03-29T\(hour):00:00Z")).isOpen)
    }
  }

  // Proves P-468.
  @Test(
    arguments: [
      // Its beginning is skipped: it opens when the clocks skip it.
      ((2.5, 4.0), "2026-03-28T12:00:00Z", ["2026-03-29T01:00Z 2026-03-29T02:00Z"]),
      // Its end is skipped.
      ((1.0, 2.5), "2026-03-28T12:00:00Z", ["2026-03-29T00:00Z 2026-03-29T01:00Z"]),
      // All of it is skipped: it opens for as long as it is.
      ((2.25, 2.75), "2026-03-28T12:00:00Z", ["2026-03-29T01:00Z 2026-03-29T01:30Z"]),
      // All of it comes twice: it opens at the first.
      ((2.0, 2.5), "2026-10-24T12:00:00Z", ["2026-10-25T00:00Z 2026-10-25T00:30Z"]),
      // Its beginning comes twice, its end once.
      ((2.5, 4.0), "2026-10-24T12:00:00Z", ["2026-10-25T00:30Z 2026-10-25T03:00Z"]),
      // Its end comes twice.
      ((1.0, 2.5), "2026-10-24T12:00:00Z", ["2026-10-24T23:00Z 2026-10-25T00:30Z"]),
      // Both changes lie within it.
      ((22.0, 6.0), "2026-03-28T12:00:00Z", ["2026-03-28T21:00Z 2026-03-29T04:00Z"]),
      ((22.0, 6.0), "2026-10-24T12:00:00Z", ["2026-10-24T20:00Z 2026-10-25T05:00Z"]),
    ] as [((Double, Double), String, [String])])
  func `a window opens once on a day on which clocks are changed`(
    hours: (Double, Double), start: String, openings: [String]
  ) throws {
    let end = Self.moment(start).adding(seconds: 86_400)
    #expect(Self.openings(Self.windows(hours), from: start, to: "\(end)") == openings)
  }

  // Proves P-469.
  @Test func `jobs wait for the window of their entry, and start when it opens`() async throws {
    let clock = TestClock().now()
    let utc = TimeZoneRules(name: "UTC", firstOffset: 0, changes: [])
    let minute = Int(clock.microseconds / 60_000_000 % 1440)
    let window = WindowSchedule.Window(start: (minute + 2) % 1440, end: (minute + 60) % 1440)
    let harness = EngineHarness(
      ManualLauncher(),
      entries: [EngineEntry(windows: WindowSchedule([window], zone: utc)), EngineEntry()])
    let job = try await harness.submit(["waits"])
    let wait = try #require(try await harness.engine.find(job.id)?.wait)
    #expect(wait.reason == .window && wait.place == 1)
    let opening = Int64(minute + 2) * 60 + clock.microseconds / 86_400_000_000 * 86_400
    #expect(wait.until == Timestamp(microseconds: opening * 1_000_000))
    _ = try await harness.submit(["other"], command: "/bin/b")
    #expect(await harness.launcher.next()?.arguments == ["other"])
    while harness.clock.sleeperCount == 0 { await Task.yield() }
    harness.clock.jump(seconds: 120)
    harness.clock.advance(seconds: 5)
    #expect(await harness.launcher.next()?.arguments == ["waits"])
    _ = try await harness.submit(["at once"])
    #expect(await harness.launcher.next()?.arguments == ["at once"])
    await harness.engine.shutDown()
  }
}
