internal import SandboxBase
internal import SandboxClient
internal import SandboxFilter

/// What the service itself keeps once it serves, as `doctor` prints it: name and detail of each
/// row.
enum ServiceRows {
  /// - Parameters:
  ///   - folders: those that the service writes: state and audit log.
  ///   - features: what the host offers.
  static func all(writing folders: [String], _ features: KernelFeatures) -> [DoctorReport
    .ServiceRow]
  {
    let rules = ServiceFilter.rules.filter(\.mayAllow)
    let conditional = rules.filter { !$0.cases.isEmpty }.flatMap(\.names).count
    let calls = rules.flatMap(\.names).count
    var rows = [
      DoctorReport.ServiceRow(
        name: "calls",
        detail: "\(calls) system calls, \(conditional) of them with some arguments only: no "
          + "program, process, listener or executable memory")
    ]
    guard features.landlockABI > 0 else {
      return rows + [
        DoctorReport.ServiceRow(
          name: "files", detail: "whatever its user may open: this kernel has no Landlock")
      ]
    }
    for access in ServicePath.Access.allCases.reversed() {
      let paths = ServicePaths.all(writing: folders).filter { $0.access == access }.map(\.path)
      guard !paths.isEmpty else { continue }
      rows.append(
        DoctorReport.ServiceRow(name: access.rawValue, detail: paths.joined(separator: " ")))
    }
    return rows
  }
}
