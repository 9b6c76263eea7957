internal import RunnerCore
internal import SandboxBase
internal import TextFormats

extension DoctorReport {
  /// One object in one line. Keys are only ever added; `format` grows when one changes its meaning.
  var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("format")
    writer.number(1)
    writer.key("verdict")
    writer.string(verdict.rawValue)
    writer.key("exitCode")
    writer.number(verdict.exitCode.rawValue)
    writer.key("mode")
    writer.string(mode.rawValue)
    writer.key("host")
    Self.write(features, to: &writer)
    writer.key("entries")
    writer.beginArray()
    for entry in entries { Self.write(entry, to: &writer) }
    writer.endArray()
    writer.key("service")
    writer.beginObject()
    for row in service {
      writer.key(row.name)
      writer.string(row.detail)
    }
    writer.endObject()
    Self.write("faults", faults, to: &writer)
    writer.key("advice")
    writer.beginArray()
    for item in DoctorAdvice.all(of: self) {
      writer.beginObject()
      Self.write("about", item.about, to: &writer)
      writer.key("text")
      writer.string(item.text)
      writer.key("isNeeded")
      writer.bool(item.isNeeded)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  private static func write(_ key: String, _ values: [String], to writer: inout JSONWriter) {
    writer.key(key)
    writer.beginArray()
    for value in values { writer.string(value) }
    writer.endArray()
  }

  private static func write(_ entry: Entry, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.string(entry.name)
    writer.key("path")
    writer.string(entry.policy.path)
    writer.key("layers")
    writer.beginArray()
    for row in entry.plan.enforcement.rows {
      write(
        [("layer", row.layer.rawValue), ("state", row.state.name), ("detail", row.detail)], &writer)
    }
    writer.endArray()
    write("commands", entry.commands, to: &writer)
    writer.key("refusals")
    writer.beginArray()
    for refusal in entry.refusals {
      write(
        [("layer", refusal.layer.rawValue), ("why", refusal.why), ("remedy", refusal.remedy)],
        &writer)
    }
    writer.endArray()
    writer.endObject()
  }

  private static func write(_ members: [(String, String)], _ writer: inout JSONWriter) {
    writer.beginObject()
    for (key, value) in members {
      writer.key(key)
      writer.string(value)
    }
    writer.endObject()
  }

  private static func write(_ features: KernelFeatures, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("release")
    writer.string(features.release)
    writer.key("effectiveUser")
    writer.number(features.privilege.effectiveUser)
    writer.key("isPrivileged")
    writer.bool(features.isPrivileged)
    write("missingCapabilities", features.privilege.missingCapabilities, to: &writer)
    writer.key("landlockABI")
    writer.number(features.landlockABI)
    writer.key("landlockRefusal")
    writer.string(features.landlockRefusal)
    writer.key("seccomp")
    writer.bool(features.hasSeccomp)
    writer.key("seccompListener")
    writer.bool(features.hasSeccompListener)
    writer.key("keyrings")
    writer.bool(features.hasKeyring)
    writer.key("own")
    write(features.own, to: &writer)
    writer.key("inUserNamespace")
    write(features.inUserNamespace, to: &writer)
    writer.key("cgroup")
    writer.bool(features.cgroup.missing == nil)
    writer.key("cgroupMissing")
    writer.string(features.cgroup.missing ?? "")
    write("controllers", features.cgroup.controllers.sorted(), to: &writer)
    writer.key("controllersRemedy")
    writer.string(features.cgroup.remedy)
    writer.key("corePattern")
    writer.string(features.corePattern)
    writer.endObject()
  }

  private static func write(_ support: KernelFeatures.NamespaceSupport, to writer: inout JSONWriter)
  {
    writer.beginObject()
    let names = KernelFeatures.Namespace.allCases.filter(support.namespaces.contains).map(
      \.rawValue)
    write("namespaces", names, to: &writer)
    writer.key("refusals")
    write(support.refusals.map { ($0.rawValue, $1) }.sorted { $0.0 < $1.0 }, &writer)
    writer.key("procRefusal")
    writer.string(support.procRefusal)
    writer.key("memfdNoexec")
    writer.bool(support.hasMemfdNoexec)
    writer.endObject()
  }
}
