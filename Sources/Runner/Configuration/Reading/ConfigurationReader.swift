internal import RunnerCore
internal import SandboxBase
import TextFormats

/// Makes a configuration of a file and a command line.
///
/// For the service as a whole an option wins over the file, as it does for most programs: it is
/// what the operator typed last. For entries an option sets the default, over the file's
/// `defaults`; what an entry says of itself wins over both.
package struct ConfigurationReader {
  private let commandLine: CommandLineSettings
  private let host: HostInfo
  private var problems = ProblemList()
  private var service = ServiceSettings()
  private var servicePositions: [String: SourcePosition] = [:]
  private var defaults = EntrySettings()
  private var defaultPositions: [String: SourcePosition] = [:]
  private var entries: [(entry: ConfiguredEntry, start: SourcePosition?)] = []

  private static let sections = ["service", "defaults", "entries"]
  private static let entriesMax = 1024

  /// Reads a configuration, and checks it together with the command line.
  ///
  /// - Parameter file: the bytes of a JSON5 file; nil for none.
  /// - Throws: `ConfigurationRefusal` with everything that is wrong.
  package static func read(
    _ file: [UInt8]?, commandLine: CommandLineSettings, host: HostInfo
  ) throws(ConfigurationRefusal) -> Configuration {
    var reader = ConfigurationReader(commandLine: commandLine, host: host)
    return try reader.run(file)
  }

  private init(commandLine: CommandLineSettings, host: HostInfo) {
    self.commandLine = commandLine
    self.host = host
  }

  private mutating func run(_ file: [UInt8]?) throws(ConfigurationRefusal) -> Configuration {
    var root: [JSON5Member] = []
    if let file { root = try sections(of: file) }
    readService(root.first { $0.key == "service" })
    readDefaults(root.first { $0.key == "defaults" })
    readEntries(root.first { $0.key == "entries" })
    addWhitelist()
    checkChecks()
    CommandNames.check(entries, &problems)
    guard problems.isEmpty else { throw problems.refusal }
    return Configuration(service: service, entries: entries.map(\.entry))
  }

  private mutating func sections(
    of file: [UInt8]
  ) throws(ConfigurationRefusal) -> [JSON5Member] {
    do throws(JSON5SyntaxError) {
      let document = try JSON5Parser.parse(file)
      for member in document.repeated {
        problems.add(member.position, member.key, "This key is in the object already. Keep one.")
      }
      guard case .object(let members) = document.root.content else {
        throw JSON5SyntaxError(
          position: document.root.position,
          why: "the file must be an object with service, defaults and entries")
      }
      for member in members where !Self.sections.contains(member.key) {
        // Editors look for the schema there.
        if member.key == "$schema", case .text = member.value.content { continue }
        problems.add(
          member.position, member.key, ObjectReader.unknown(member.key, among: Self.sections))
      }
      return members
    } catch {
      // Nothing can be said of what comes behind.
      throw ConfigurationRefusal(
        problems: [ConfigurationProblem(error.position, "", "\(error.why).")])
    }
  }

  private mutating func readService(_ section: JSON5Member?) {
    if let section {
      var reader = SectionReader(SettingTable.service, name: "service")
      reader.read(section.value, &problems)
      servicePositions = reader.positions
      for given in reader.assignments { given.store(in: &service) }
    }
    commandLine.store(in: &service)
    ServiceRules.check(service, servicePositions, &problems)
  }

  private mutating func readDefaults(_ section: JSON5Member?) {
    if let section {
      var reader = SectionReader(SettingTable.entry, name: "defaults")
      reader.read(section.value, &problems)
      defaultPositions = reader.positions
      for given in reader.assignments { given.store(in: &defaults) }
    }
    commandLine.store(in: &defaults)
  }

  private mutating func readEntries(_ section: JSON5Member?) {
    guard let section else { return }
    guard case .object(let members) = section.value.content else {
      problems.add(
        section.value.position, "entries",
        "It must be an object of aliases and entries, not \(section.value.content.kindName).")
      return
    }
    guard members.count <= Self.entriesMax else {
      problems.add(section.value.position, "entries", "At most \(Self.entriesMax) entries fit.")
      return
    }
    for member in members { readEntry(member) }
  }

  private mutating func readEntry(_ member: JSON5Member) {
    let name = "entries.\(member.key)"
    if !ConfiguredEntry.isAlias(member.key) {
      problems.add(
        member.position, name,
        "An alias has at most 64 lower-case letters, digits, `.`, `_` and `-`, and begins with a "
          + "letter or digit. The path goes into path.")
    }
    var reader = SectionReader([SettingTable.path] + SettingTable.entry, name: name)
    reader.read(member.value, &problems)
    guard case .object = member.value.content else { return }
    var settings = defaults
    for given in reader.assignments { given.store(in: &settings) }
    settings.addRowsOfCommands()
    if reader.positions["path"] == nil {
      problems.add(
        member.position, "\(name).path", "It is missing: the executable's exact absolute path.")
    }
    let positions = SettingPositions(
      name: name, start: member.position, own: reader.positions, defaults: defaultPositions)
    add(settings, alias: member.key, positions)
  }

  private mutating func addWhitelist() {
    for path in commandLine.whitelist {
      if let other = entries.first(where: { $0.entry.policy.path == path }) {
        problems.add(
          other.start, "entries.\(other.entry.name)",
          "The whitelist of the command line has \(path) too, without a policy of its own. "
            + "Take it out of -w.")
        continue
      }
      var settings = defaults
      settings.policy.path = path
      let positions = SettingPositions(
        name: "-w \(path)", start: nil, own: [:], defaults: defaultPositions)
      add(settings, alias: nil, positions)
    }
    if entries.isEmpty, problems.isEmpty {
      problems.add(
        nil, "entries", "Nothing may run: name programs in entries, or with -w on the command line."
      )
    }
  }

  private mutating func add(
    _ settings: EntrySettings, alias: String?, _ positions: SettingPositions
  ) {
    var rules = EntryRules(
      settings: settings, service: service, host: host, positions: positions, problems: problems)
    rules.check()
    problems = rules.problems
    let policy = rules.effectivePolicy
    let entry = ConfiguredEntry(
      alias: alias, policy: policy, argumentRules: settings.argumentRules,
      account: settings.account, groups: settings.groups, gpu: settings.gpu,
      runningMax: settings.runningMax,
      isRestartable: settings.isRestartable, order: rules.order,
      outputPerStream: settings.outputPerStream ?? service.outputPerStream,
      collapsesLines: settings.collapsesLines, progress: settings.progress, files: settings.files,
      commands: rules.effectiveCommands, hooks: settings.hooks,
      results: rules.effectiveResults, resultGroup: settings.resultGroup,
      buffersByLine: settings.buffersByLine,
      defaultLimits: rules.defaultLimits)
    entries.append((entry, positions.start))
  }

  /// What judges results has to be an entry of the file.
  private mutating func checkChecks() {
    let aliases = Set(entries.compactMap(\.entry.alias))
    for (entry, start) in entries {
      guard let check = entry.results.check, !aliases.contains(check.entry) else { continue }
      problems.add(
        start, "entries.\(entry.name).success.check.entry",
        "There is no entry `\(check.entry)`. Name the alias of one.")
    }
  }
}
