@testable import RunnerConfiguration
@testable import RunnerCore
@testable import SandboxBase

/// Dates, and the configuration as a whole.
extension FuzzTarget {
  static let values = [date, configuration]

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

  private static let configuration = FuzzTarget(
    "configuration",
    of: [
      "Sources/Runner/Configuration/Reading/ConfigurationReader.swift",
      "Sources/Runner/Configuration/Reading/SectionReader.swift",
      "Sources/Runner/Configuration/Settings/SettingKind+node.swift",
      "Sources/Runner/Configuration/Settings/DeviceReader.swift",
      "Sources/Runner/Configuration/Settings/NetworkReader.swift",
      "Sources/Runner/Configuration/Settings/ObjectReader.swift",
      "Sources/Runner/Configuration/Settings/PatternReader.swift",
      "Sources/Runner/Configuration/Settings/PrincipalReader.swift",
      "Sources/Runner/Configuration/Settings/VariableReader.swift",
    ],
    bytesMax: 1024,
    texts: [
      #"{entries: {a: {path: "/bin/a", limits: {cpu: "1m"}, scratch: {size: "1G"}}}}"#,
      #"{service: {port: 8080, host: "::1"}, entries: {a: {path: "/bin/a", network: "none"}}}"#,
      #"{entries: {a: {path: "/bin/a", read: ["/srv"], arguments: {allow: [["-i", "{int}"]]}}}}"#,
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
