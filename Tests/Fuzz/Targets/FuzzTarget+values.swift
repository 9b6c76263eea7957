@testable import RunnerConfiguration
@testable import RunnerCore
@testable import SandboxBase

/// Dates, time zones, and the configuration as a whole.
extension FuzzTarget {
  static let values = [date, configuration, timeZone]

  private static let date = FuzzTarget(
    "date", of: ["Sources/Runner/Core/Values/Timestamp+parsing.swift"], bytesMax: 64,
    texts: [
      "2026-01-31T10:05:07+01:00", "2024-02-29t23:59:60.123456789z", "0001-01-01 00:00:00-00:01",
      "9999-12-31T23:59:59.999999Z",
    ]
  ) { text in
    guard let moment = Timestamp(rfc3339: text) else { return }
    guard let again = Timestamp(rfc3339: "\(moment)") else {
      fatalError("\(moment) is not read as it was written")
    }
    let lost = moment.microseconds - again.microseconds
    hold((0..<1000).contains(lost), "a moment is written to the millisecond")
    hold("\(again)" == "\(moment)", "one text for one moment")
  }

  /// A file of a zone without changes of its own: all is in the text at its end.
  private static func zoneFile(_ text: String, offset: [UInt8]) -> [UInt8] {
    let start = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    let counts = { (types: UInt8) in
      [UInt8](repeating: 0, count: 19) + [types, 0, 0, 0, types * 4]
    }
    return start + counts(0) + start + counts(1) + offset + [0, 0] + Array("CET\0\n\(text)\n".utf8)
  }

  private static let timeZone = FuzzTarget(
    "time-zone",
    of: [
      "Sources/Runner/Configuration/Values/TimeZoneFile.swift",
      "Sources/Runner/Configuration/Values/TimeZoneText.swift",
    ], bytesMax: 512,
    seeds: [
      zoneFile("CET-1CEST,M3.5.0,M10.5.0/3", offset: [0, 0, 14, 16]),
      zoneFile("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", offset: [255, 255, 227, 224]),
      zoneFile("AAA0BBB,J60/0,300/167", offset: [0, 0, 0, 0]),
      zoneFile("UTC0", offset: [0, 0, 0, 0]), zoneFile("", offset: [0, 1, 81, 127]),
    ]
  ) { bytes in
    guard let zone = TimeZoneFile.rules(bytes, name: "x") else { return }
    let window = WindowSchedule([.init(start: 150, end: 200)], zone: zone)
    for year in stride(from: Int64(0), through: 150, by: 30) {
      let now = Timestamp(microseconds: year * 31_556_952_000_000)
      hold(abs(zone.offset(at: now.microseconds / 1_000_000)) < 200_000, "an offset is small")
      hold(window.state(at: now).until > now, "what changes next is in the future")
    }
  }

  private static let configuration = FuzzTarget(
    "configuration",
    of: [
      "Sources/Runner/Configuration/Reading/ConfigurationReader.swift",
      "Sources/Runner/Configuration/Reading/SectionReader.swift",
      "Sources/Runner/Configuration/Settings/SettingKind+node.swift",
      "Sources/Runner/Configuration/Settings/CommandFieldReader.swift",
      "Sources/Runner/Configuration/Settings/CommandReader.swift",
      "Sources/Runner/Configuration/Settings/CommandTemplateReader.swift",
      "Sources/Runner/Configuration/Settings/DeviceReader.swift",
      "Sources/Runner/Configuration/Settings/HookReader.swift",
      "Sources/Runner/Configuration/Settings/HookSecretReader.swift",
      "Sources/Runner/Configuration/Settings/NetworkReader.swift",
      "Sources/Runner/Configuration/Settings/ObjectReader.swift",
      "Sources/Runner/Configuration/Settings/PatternReader.swift",
      "Sources/Runner/Configuration/Settings/PoolReader.swift",
      "Sources/Runner/Configuration/Settings/PrincipalReader.swift",
      "Sources/Runner/Configuration/Settings/VariableReader.swift",
      "Sources/Runner/Core/Commands/CommandWord.swift",
    ],
    bytesMax: 1024,
    texts: [
      #"{entries: {a: {path: "/bin/a", limits: {cpu: "1m"}, scratch: {size: "1G"}}}}"#,
      #"{service: {port: 8080, host: "::1"}, entries: {a: {path: "/bin/a", network: "none"}}}"#,
      #"{entries: {a: {path: "/bin/a", read: ["/srv"], arguments: {allow: [["-i", "{int}"]]}}}}"#,
      #"{service: {pools: {gpu: 2}}, entries: {a: {path: "/a", pool: "gpu", windows: ["1:00"]}}}"#,
      #"{entries: {a: {path: "/a", arguments: {fromCommands: true}, commands: {b: {fields: "#
        + #"{c: {type: "choice", values: {d: "D"}, default: "d"}, e: {type: "flag"}}, "#
        + #"arguments: [["-c", "x={c}\}"], {when: "e", words: ["-e"]}]}}}}}"#,
      #"{entries: {a: {path: "/a", commands: {b: {fields: {c: {type: "text"}}, arguments: "#
        + #"["{c}"]}}, hooks: {d: {command: "b", when: {"/e/0": ["f", 1]}, fields: {c: "#
        + #"{from: "/g~1h", take: "stem", replace: {i: "j"}, before: "k"}}, "#
        + #"secret: {scheme: "field", field: "X-L", file: "/m"}}}}}}"#,
      #"{defaults: {wallClock: "1h30m", environment: {set: {A: "b"}}}, entries: {}}"#,
    ]
  ) { text in
    let host = HostInfo(processorCount: 4, memoryBytes: 16 << 30)
    do throws(ConfigurationRefusal) {
      let read = try ConfigurationReader.read(
        Array(text.utf8), commandLine: CommandLineSettings(), host: host)
      for entry in read.entries { hold(entry.policy.path.hasPrefix("/"), "paths are absolute") }
    } catch {
      hold(!error.problems.isEmpty, "a refusal says what is wrong")
    }
  }
}
