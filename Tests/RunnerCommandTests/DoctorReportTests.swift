@testable import RunnerCommand
import RunnerCore
import SandboxBase
import Testing

/// `doctor`'s value and its two renderings, for made-up hosts.
struct DoctorReportTests {
  private static func host(_ change: (inout KernelFeatures) -> Void = { _ in }) -> KernelFeatures {
    var features = KernelFeatures()
    features.release = "6.18.0"
    features.landlockABI = 7
    features.corePattern = "core"
    features.cgroup.controllers = ["memory", "pids", "cpu", "io"]
    change(&features)
    return features
  }

  private static func report(
    _ mode: Enforcement.Mode = .root,
    policies: [(name: String, policy: EntryPolicy)] = [
      ("the default policy", EntryPolicy(path: ""))
    ],
    _ change: (inout KernelFeatures) -> Void = { _ in }
  ) -> DoctorReport {
    DoctorReport(features: host(change), mode: mode, policies: policies, ids: 70_000...70_255)
  }

  @Test func `a host that has everything gets no advice and exit code 0`() {
    let report = Self.report()
    #expect(report.verdict == .honoured && report.verdict.exitCode == .ok)
    #expect(DoctorAdvice.all(of: report).isEmpty)
    #expect(!report.text.contains("What to change"))
  }

  @Test func `what the service itself keeps is said by files, or by their lack`() {
    let with = ServiceRows.all(writing: ["/srv/state"], Self.host())
    #expect(with.map(\.name) == ["calls", "write", "read", "readFiles"])
    #expect(with[1].detail == "/srv/state" && with[3].detail.contains("/etc"))
    let without = ServiceRows.all(writing: [], Self.host { $0.landlockABI = 0 })
    #expect(without.map(\.name) == ["calls", "files"])
    let report = DoctorReport(
      features: Self.host(), mode: .root, policies: [], ids: 70_000...70_255, service: with)
    #expect(report.text.contains("What the service itself keeps"))
    #expect(report.json.contains("\"write\":\"/srv/state\""))
  }

  @Test func `one entry that cannot be honoured is enough for 78`() {
    var strict = EntryPolicy(path: "/usr/bin/strict")
    strict.required = [.cgroupLimits]
    let report = Self.report(
      policies: [("easy", EntryPolicy(path: "/usr/bin/easy")), ("strict", strict)]
    ) { $0.cgroup.controllers = [] }
    #expect(report.verdict == .refused && report.verdict.exitCode == .configurationRefused)
    #expect(report.entries.map(\.refusals.isEmpty) == [true, false])
    #expect(report.text.contains("  ! cgroup-limits: policy requires it"))
  }

  @Test func `who is not root cannot judge for root, but for an unprivileged start`() {
    let change = { (features: inout KernelFeatures) in features.privilege.effectiveUser = 1000 }
    #expect(Self.report(.root, change).verdict.exitCode == .notRoot)
    #expect(!Self.report(.root, change).text.contains("What is in force:"))
    #expect(Self.report(.sameUser, change).verdict == .honoured)
  }

  @Test func `ids of jobs that a container does not map are in the way`() throws {
    let report = Self.report {
      $0.privilege.users = [0...65_535]
      $0.privilege.groups = [0...65_535]
    }
    #expect(report.verdict == .refused)
    let refusal = try #require(report.entries[0].refusals.first)
    #expect(refusal.why.contains("70000-70255"))
    #expect(refusal.remedy.contains("--id-range"))
  }

  @Test func `advice is told once, what is needed first, the core pattern last`() {
    let report = Self.report {
      $0.cgroup.missing = "cgroup v2 is not mounted"
      $0.own.namespaces = [.user]
      $0.privilege.missingCapabilities = ["CAP_SYS_ADMIN"]
      $0.corePattern = "|/usr/lib/systemd/systemd-coredump %P"
    }
    let advice = DoctorAdvice.all(of: report)
    #expect(Set(advice.map(\.text)).count == advice.count)
    let firstOptional = advice.firstIndex { !$0.isNeeded } ?? advice.count
    #expect(advice[firstOptional...].allSatisfy { !$0.isNeeded })
    #expect(advice.last?.about == ["core-pattern"])
    #expect(advice.last?.text.contains("systemd-coredump") == true)
    #expect(advice.contains { $0.about.count == 6 }, "six namespaces, one thing to change")
  }

  @Test func `columns are aligned and no line ends in blanks`() {
    let text = Self.report { $0.landlockABI = 0 }.text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.last != " " })
    let rows = lines.filter { $0.hasPrefix("  executable") || $0.hasPrefix("  network-namespace") }
    #expect(rows.count == 2)
    let columns = rows.map { $0.firstRange(of: "enforced")?.lowerBound.utf16Offset(in: $0) }
    #expect(columns[0] != nil && columns[0] == columns[1])
  }

  @Test func `the JSON has these keys, in this order`() {
    let json = Self.report { $0.cgroup.missing = "not \"mounted\"" }.json
    let keys = ["format", "verdict", "exitCode", "mode", "host", "entries", "advice"]
    let places = keys.map { json.firstRange(of: "\"\($0)\":")?.lowerBound }
    #expect(places.allSatisfy { $0 != nil })
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    #expect(
      json.hasPrefix("{\"format\":1,\"verdict\":\"honoured\",\"exitCode\":0,\"mode\":\"root\""))
    #expect(json.contains("\"cgroupMissing\":\"not \\\"mounted\\\"\""))
    #expect(json.hasSuffix("}\n"))
    for layer in Layer.allCases { #expect(json.contains("\"layer\":\"\(layer.rawValue)\"")) }
  }

  @Test func `options are read, and others refused`() throws {
    let options = try DoctorOptions(["--json", "--same-user", "--config=a"])
    #expect(options.isJSON && options.mode == .sameUser && options.configuration == "a")
    #expect(try DoctorOptions(["--config", "b"]).configuration == "b")
    #expect(throws: OptionError.self) { try DoctorOptions(["--config"]) }
    #expect(throws: OptionError.self) { try DoctorOptions(["--yaml"]) }
    #expect(try DoctorOptions(["--gpu", "--json"]).isForGPU)
    #expect(throws: OptionError.self) { try DoctorOptions(["--gpu", "--config", "a"]) }
  }
}
