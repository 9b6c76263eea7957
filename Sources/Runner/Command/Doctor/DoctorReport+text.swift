internal import SandboxBase

extension DoctorReport {
  /// For a reader at a terminal.
  var text: String {
    var lines = ["Linux \(features.release), judged for \(start)", "", "What this host offers"]
    lines += Self.aligned(DoctorHost.rows(features).map { [$0.name, $0.detail] })
    for entry in entries where verdict != .unknown {
      lines += ["", "What is in force: \(entry.name)"]
      lines += Self.aligned(
        entry.plan.enforcement.rows.map { [$0.layer.rawValue, $0.state.name, $0.detail] })
      for refusal in entry.refusals {
        lines.append("  ! \(refusal.layer.rawValue): \(refusal.why)")
      }
    }
    for entry in entries where !entry.commands.isEmpty {
      lines += ["", "Commands: \(entry.name)"] + entry.commands.map { "  \($0)" }
    }
    if !service.isEmpty {
      lines += ["", "What the service itself keeps once it serves"]
      lines += Self.aligned(service.map { [$0.name, $0.detail] })
    }
    if !faults.isEmpty {
      lines += ["", "What a start would refuse"] + faults.map { "  ! \($0)" }
    }
    let advice = DoctorAdvice.all(of: self)
    if !advice.isEmpty { lines += ["", "What to change"] }
    for item in advice {
      let mark = item.isNeeded ? "!" : "-"
      lines.append("  \(mark) \(item.about.joined(separator: ", ")): \(item.text)")
    }
    lines += ["", sentence, ""]
    return lines.joined(separator: "\n")
  }

  private var start: String {
    switch mode {
    case .root: "a start as root"
    case .sameUser: "an unprivileged start (--same-user)"
    }
  }

  private var sentence: String {
    switch verdict {
    case .honoured: "Verdict: the policies can be honoured on this host."
    case .refused: "Verdict: the policies can NOT be honoured; what is marked ! is in the way."
    case .unknown:
      "Verdict: unknown. What is in force for a service that root starts can be found out by root "
        + "alone. Run this as root, or judge an unprivileged start with --same-user."
    }
  }

  /// Columns as wide as their widest cell; nothing behind the last one.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      let line = "  " + cells.joined(separator: "  ")
      return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
    }
  }
}
