import RunnerCore
import Testing

@testable import RunnerConfiguration

/// Pools, windows and retries of entries.
struct EntryOrderTests {
  private static func word(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// A file of a zone without changes of its own: all is in the text at its end.
  private static func file(_ text: String, offset: Int = 3600) -> [UInt8] {
    let header = { (types: Int) in
      Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        + [0, 0, 0, 0, types, types * 4].flatMap { word($0, 4) }
    }
    return header(0) + header(1) + word(offset, 4) + [0, 0] + Array("CET\0".utf8)
      + Array("\n\(text)\n".utf8)
  }

  /// One of the two parts of a file: changes to the types 1, 2 and 1, in seconds of `timeBytes`
  /// each, and behind them all that a reader has to pass over.
  private static func part(
    _ times: [Int], _ timeBytes: Int, offsets: [Int], leaps: Int
  ) -> [UInt8] {
    var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    for count in [offsets.count, offsets.count, leaps, times.count, offsets.count, 13] {
      bytes += word(count, 4)
    }
    for time in times { bytes += word(time, timeBytes) }
    bytes += ([1, 2, 1] as [UInt8]).prefix(times.count)
    for (offset, rest) in zip(offsets, [[0, 0], [0, 4], [1, 8]] as [[UInt8]]) {
      bytes += word(offset, 4) + rest
    }
    bytes += Array("LMT\0CET\0CEST\0".utf8)
    return bytes + [UInt8](repeating: 0, count: leaps * (timeBytes + 4) + 2 * offsets.count)
  }

  private static func order(
    _ keys: String, service: String = ""
  ) throws(ConfigurationRefusal) -> EntryOrder {
    let text = "{service: {\(service)}, entries: {a: {path: '/bin/a', \(keys)}}}"
    let host = HostInfo(processorCount: 4, memoryBytes: 16 << 30) { name in
      name == "Europe/Berlin" ? file("CET-1CEST,M3.5.0,M10.5.0/3") : nil
    }
    return try ConfigurationReader.read(
      Array(text.utf8), commandLine: CommandLineSettings(), host: host
    ).entries[0].order
  }

  private static func problem(_ keys: String, service: String = "") -> String? {
    do throws(ConfigurationRefusal) {
      _ = try order(keys, service: service)
      return nil
    } catch {
      return error.problems.first?.key
    }
  }

  @Test func `pool, windows and retries are taken`() throws {
    let order = try Self.order(
      """
      pool: 'gpu', windows: ['22:00-06:00', '12:00-24:00'], timeZone: 'Europe/Berlin',
      restartable: true, retries: 3, retryDelay: '2m'
      """, service: "pools: {gpu: 2, cpu: 6}")
    #expect(order.pool == EntryPool(name: "gpu", slots: 2))
    #expect(order.retry == RetryPolicy(retriesMax: 3, delaySeconds: 120))
    #expect(
      order.windows?.windows == [
        WindowSchedule.Window(start: 22 * 60, end: 6 * 60),
        WindowSchedule.Window(start: 12 * 60, end: 24 * 60),
      ])
    #expect(order.windows?.zone.name == "Europe/Berlin")
    #expect(try Self.order("") == EntryOrder())
  }

  @Test(arguments: [
    ("pool: 'gpu'", "", "entries.a.pool"), ("pool: 'gpU'", "", "entries.a.pool"),
    ("", "pools: {gpu: 0}", "service.pools.gpu"), ("", "pools: {'a b': 1}", "service.pools.a b"),
    ("", "pools: [1]", "service.pools"),
    ("retries: 1", "", "entries.a.retries"),
    ("windows: ['22:00-06:00']", "", "entries.a.windows"),
    ("windows: ['22:00-06:00'], timeZone: 'Europe/Bonn'", "", "entries.a.timeZone"),
    ("windows: ['1:00-2:00']", "", "entries.a.windows[0]"),
    ("windows: ['24:00-02:00']", "", "entries.a.windows[0]"),
    ("windows: ['02:00-02:00']", "", "entries.a.windows[0]"),
    ("timeZone: '../shadow'", "", "entries.a.timeZone"),
    ("timeZone: '/etc/passwd'", "", "entries.a.timeZone"),
  ])
  func `what contradicts itself is refused by name`(keys: String, service: String, key: String) {
    #expect(Self.problem(keys, service: service) == key)
  }

  // Proves P-472.
  @Test(arguments: [
    ("CET-1CEST,M3.5.0,M10.5.0/3", 3600, "2026-03-29T01:00:00Z", 7200, "2030-10-27T01:00:00Z"),
    ("EST5EDT,M3.2.0,M11.1.0", -18_000, "2026-03-08T07:00:00Z", -14_400, "2030-11-03T06:00:00Z"),
    (
      "AEST-10AEDT,M10.1.0,M4.1.0/3", 36_000, "2026-10-03T16:00:00Z", 39_600,
      "2030-04-06T16:00:00Z"
    ),
    (
      "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, "2026-03-29T01:00:00Z", -3600,
      "2030-10-27T01:00:00Z"
    ),
    ("CET-1CEST,M3.5.0,M10.5.0/3", 3600, "2198-03-25T01:00:00Z", 7200, "2198-10-28T01:00:00Z"),
    ("AAA0BBB,J60/0,300/0", 0, "2028-03-01T00:00:00Z", 3600, "2028-10-26T23:00:00Z"),
  ])
  func `the text of a zone says when its clocks are changed`(
    text: String, winter: Int, spring: String, summer: Int, autumn: String
  ) throws {
    let zone = try #require(TimeZoneFile.rules(Self.file(text, offset: winter), name: "x"))
    let begin = try #require(Timestamp(rfc3339: spring)).microseconds / 1_000_000
    let end = try #require(Timestamp(rfc3339: autumn)).microseconds / 1_000_000
    #expect(zone.offset(at: begin - 1) == winter && zone.offset(at: begin) == summer)
    #expect(zone.offset(at: end - 1) == summer && zone.offset(at: end) == winter)
  }

  // Proves P-472.
  @Test func `changes of a file are taken from its 64-bit part, and go on as its text says`()
    throws
  {
    // 1 April 1893, and both Sundays of 2024.
    let times = [-2_422_054_408, 1_711_846_800, 1_729_990_800]
    let bytes =
      Self.part(Array(times.dropFirst()), 4, offsets: [0, 60, 120], leaps: 1)
      + Self.part(times, 8, offsets: [3208, 3600, 7200], leaps: 2)
      + Array("\nCET-1CEST,M3.5.0,M10.5.0/3\n".utf8)
    let zone = try #require(TimeZoneFile.rules(bytes, name: "x"))
    var moments = times.map { Int64($0) }
    for text in ["2025-03-30T01:00:00Z", "2025-10-26T01:00:00Z", "2198-03-25T01:00:00Z"] {
      moments.append(try #require(Timestamp(rfc3339: text)).microseconds / 1_000_000)
    }
    let offsets = moments.map { [zone.offset(at: $0 - 1), zone.offset(at: $0)] }
    #expect(
      offsets == [
        [3208, 3600], [3600, 7200], [7200, 3600], [3600, 7200], [7200, 3600], [3600, 7200],
      ])
    #expect(zone.offset(at: .min) == 3208)
  }

  @Test func `what is no file of a zone is refused, however it is cut`() {
    let whole = Self.file("CET-1CEST,M3.5.0,M10.5.0/3")
    for count in 0..<whole.count {
      #expect(TimeZoneFile.rules(Array(whole[..<count]), name: "x") == nil, "\(count)")
    }
    for text in ["C", "CET", "CET-1CEST,", "CET-1CEST,M13.1.0,M1.1.0", "CET-25", "CET-1x"] {
      #expect(TimeZoneFile.rules(Self.file(text), name: "x") == nil, "\(text)")
    }
  }
}
