internal import RunnerConfiguration
internal import SandboxBase

/// A draft as a configuration file, with a reason behind every line.
struct TraceText {
  let draft: TraceDraft
  let arguments: [String]
  /// How the trial went; nil where there was none.
  var verdict: String?
  /// For the trial only: refused calls are named.
  var diagnoses = false

  private static let columnsMax = 96

  var document: String {
    var lines = [
      "// What one run did, and no more. Trace every kind of input before you rely on it.",
      "// " + plain(([draft.program] + arguments).joined(separator: " ")),
    ]
    if let verdict { lines += wrapped(verdict).map { "// " + $0 } }
    for note in draft.notes { lines += wrapped("Not granted. " + note).map { "// " + $0 } }
    if !draft.calls.missing.isEmpty {
      let names = draft.calls.missing.joined(separator: ", ")
      lines += wrapped("Calls that no profile allows, and that it made: \(names).").map {
        "// " + $0
      }
    }
    lines += ["{", "  entries: {", "    \(JSONText.text(draft.alias).line): {"]
    lines += entry.map { "      " + $0 }
    lines += ["    },", "  },", "}"]
    return lines.joined(separator: "\n") + "\n"
  }

  private var entry: [String] {
    var lines = ["path: \(quoted(draft.program)),"]
    if let user = draft.user { lines.append("user: \(quoted(user)),") }
    lines.append(
      "profile: \(quoted(draft.calls.profile.rawValue)),  // the narrowest with these calls")
    lines.append("calls: {")
    if !draft.calls.groups.isEmpty {
      lines.append("  groups: \(list(draft.calls.groups.map(\.rawValue))),")
    }
    lines += ["  // \(draft.calls.only.count) calls, beside those that every launch needs"]
    lines += ["  only: ["] + rows(draft.calls.only).map { "    " + $0 } + ["  ],", "},"]
    lines += paths("read", draft.paths.read, "opened, executed or looked at")
    lines += paths("write", draft.paths.write, "written, or files were made in it")
    lines += paths("devices", draft.paths.devices, "opened")
    if let gpu = draft.paths.gpu {
      lines.append("gpu: \(quoted(gpu.rawValue)),  // it opened devices of this kind")
    }
    lines.append(contentsOf: network)
    lines += draft.limits.all.map { "\($0.key): \($0.value),  // \($0.because)" }
    lines.append("limits: {")
    lines += draft.limits.each.map { "  \($0.key): \($0.value),  // \($0.because)" }
    lines.append("},")
    if diagnoses { lines.append("diagnose: true,") }
    return lines
  }

  private var network: [String] {
    switch draft.network {
    case .none: ["network: \"none\",  // no socket of the network was made"]
    case .loopback: ["network: \"loopback\",  // it spoke to no other host"]
    case .all: ["network: \"all\",  // more than TCP connections to others"]
    case .tcp(let connect, let bind):
      [
        "network: { connect: [\(numbers(connect))], bind: [\(numbers(bind))] },"
          + "  // TCP, these ports"
      ]
    }
  }

  private func numbers(_ ports: [UInt16]) -> String {
    ports.map { "\($0)" }.joined(separator: ", ")
  }

  private func paths(_ key: String, _ paths: [String], _ because: String) -> [String] {
    guard !paths.isEmpty else { return [] }
    return ["\(key): [  // \(because)"] + paths.map { "  \(quoted($0))," } + ["],"]
  }

  /// As many names a line as fit.
  private func rows(_ names: [String]) -> [String] {
    var rows: [String] = []
    for name in names.map({ quoted($0) + "," }) {
      if let last = rows.last, last.count + name.count < 80 {
        rows[rows.count - 1] = last + " " + name
      } else {
        rows.append(name)
      }
    }
    return rows
  }

  private func list(_ texts: [String]) -> String {
    "[" + texts.map(quoted).joined(separator: ", ") + "]"
  }

  private func quoted(_ text: String) -> String { JSONText.text(text).line }

  /// Nothing in it ends the comment.
  private func plain(_ text: String) -> String {
    String(
      text.unicodeScalars.map { scalar in
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar == "\u{2028}"
          || scalar == "\u{2029}" ? "?" : Character(scalar)
      })
  }

  private func wrapped(_ text: String) -> [String] {
    var lines = [""]
    for word in plain(text).split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + word.count + 4 <= Self.columnsMax {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
