internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import TextFormats

extension GPUReport {
  /// For a reader at a terminal.
  var text: String {
    var lines: [String] = []
    for part in parts {
      lines += ["gpu: \"\(part.kind.rawValue)\""]
      for row in part.rows {
        lines.append("  \(row.name): \(row.detail)")
        if let advice = row.advice { lines.append("    ! \(advice)") }
      }
      if !part.grant.nodes.isEmpty {
        lines.append("  jobs may open: \(part.grant.devices.joined(separator: ", "))")
        lines.append(
          "  jobs see of /sys: \(part.grant.files.count) files and links; `http-runner explain` "
            + "lists them for an entry")
      }
      lines.append("")
    }
    let usable = parts.filter(\.isUsable).map { "gpu: \"\($0.kind.rawValue)\"" }
    lines += [
      usable.isEmpty
        ? "Verdict: no GPU of this host can be used by jobs; what is marked ! is in the way."
        : "Verdict: an entry can have \(usable.joined(separator: " or ")).",
      "",
    ]
    return lines.joined(separator: "\n")
  }

  /// One object in one line. Keys are only ever added; `format` grows when one changes its meaning.
  var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("format")
    writer.number(1)
    writer.key("exitCode")
    writer.number(exitCode.rawValue)
    writer.key("kinds")
    writer.beginArray()
    for part in parts { Self.write(part, to: &writer) }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  private static func write(_ part: Part, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("kind")
    writer.string(part.kind.rawValue)
    writer.key("isUsable")
    writer.bool(part.isUsable)
    for (key, texts) in [
      ("devices", part.grant.devices), ("files", part.grant.files.map(\.path)),
    ] {
      writer.key(key)
      writer.beginArray()
      for text in texts { writer.string(text) }
      writer.endArray()
    }
    writer.key("rows")
    writer.beginArray()
    for row in part.rows {
      writer.beginObject()
      for (key, text) in [("name", row.name), ("detail", row.detail)] {
        writer.key(key)
        writer.string(text)
      }
      if let advice = row.advice {
        writer.key("advice")
        writer.string(advice)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}
