import RunnerConfiguration
import TestSupport
import Testing

/// The table of settings, and what is made from it.
struct SettingTableTests {
  /// What makes a value of one setting meaningful.
  private static let needed = [
    "tlsCertificate": "tlsKey: '/a/key'", "tlsKey": "tlsCertificate: '/a/cert'",
    "tlsClientCA": "tlsCertificate: '/a/cert', tlsKey: '/a/key'",
    "tlsClientCRL": "tlsCertificate: '/a/cert', tlsKey: '/a/key', tlsClientCA: '/a/ca'",
    "principals": "tlsCertificate: '/a/cert', tlsKey: '/a/key', tlsClientCA: '/a/ca'",
    "swap": "memory: '1G'", "retries": "restartable: true", "windows": "timeZone: 'UTC'",
  ]

  /// The table's own JSON5, as the value of its key within a file.
  private func file(_ setting: Setting, _ value: String, isDefault: Bool = false) -> String {
    var value = value
    for part in setting.key.split(separator: ".").reversed() { value = "{\(part): \(value)}" }
    if !isDefault, let needed = Self.needed[setting.key] {
      value = "{\(needed), " + value.dropFirst()
    }
    switch setting.store {
    case .service:
      return "{service: \(value), entries: {a: {path: '/bin/a'}}}"
    case .entry:
      if setting.key == "path" { return "{entries: {a: \(value)}}" }
      // What judges results has to be an entry.
      let others = setting.key == "success.check.entry" ? ", probe: {path: '/bin/p'}" : ""
      let service = setting.key == "pool" ? "service: {pools: {gpu: 2}}, " : ""
      return "{\(service)defaults: \(value), entries: {a: {path: '/bin/a'}\(others)}}"
    }
  }

  @Test func `keys and options are unique`() {
    let service = SettingTable.service.map(\.key)
    #expect(Set(service).count == service.count)
    let entry = [SettingTable.path.key] + SettingTable.entry.map(\.key)
    #expect(Set(entry).count == entry.count)
    let flags = SettingTable.all.compactMap { $0.flag?.name }
    #expect(Set(flags).count == flags.count)
  }

  @Test func `every example is taken`() {
    for setting in SettingTable.all {
      let refusal = ConfigurationFixture.refusal(file(setting, setting.example))
      #expect(refusal == nil, "\(setting.key): \(String(describing: refusal))")
    }
  }

  @Test func `every default in the table is the one in force`() throws {
    let plain = try ConfigurationFixture.configuration("{entries: {a: {path: '/bin/a'}}}")
    for setting in SettingTable.all {
      guard let standard = setting.defaultValue else { continue }
      let given = try ConfigurationFixture.configuration(
        file(setting, standard, isDefault: true))
      #expect(given == plain, "\(setting.key)")
    }
  }

  @Test func `every setting has its words`() {
    for setting in SettingTable.all {
      #expect(!setting.help.isEmpty && !setting.help.hasSuffix("."), "\(setting.key)")
      #expect(!setting.kind.typeDescription.isEmpty && !setting.example.isEmpty, "\(setting.key)")
    }
  }

  @Test func `the schema in docs is the one that the program prints`() {
    let stored = RepositoryFile.text("docs/configuration.schema.json")
    #expect(
      stored == ConfigurationSchema.text, "http-runner schema > docs/configuration.schema.json")
  }

  @Test func `the reference in docs is made from the table`() throws {
    let page = RepositoryFile.text("docs/configuration.md")
    let begin = try #require(page.firstRange(of: SettingReference.begin))
    let end = try #require(page.firstRange(of: SettingReference.end))
    let stored = String(page[begin.upperBound..<end.lowerBound])
    #expect(
      stored == "\n\n" + SettingReference.text + "\n", "put this there:\n\(SettingReference.text)")
  }

  @Test func `the schema is JSON and describes every key`() throws {
    let root = try JSON5Parser.parse(Array(ConfigurationSchema.text.utf8))
    #expect(root.repeated.isEmpty)
    for setting in SettingTable.service {
      #expect(properties(root.root, ["properties", "service"], setting.key), "\(setting.key)")
    }
    for setting in [SettingTable.path] + SettingTable.entry {
      let place = ["properties", "entries", "additionalProperties"]
      #expect(properties(root.root, place, setting.key), "\(setting.key)")
    }
  }

  private func properties(_ root: JSON5Node, _ place: [String], _ key: String) -> Bool {
    let way = place + key.split(separator: ".").flatMap { ["properties", String($0)] }
    var node = root
    for part in way + ["description"] {
      guard case .object(let members) = node.content,
        let next = members.first(where: { $0.key == part })
      else { return false }
      node = next.value
    }
    return true
  }
}
