internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxFilter

/// Turns what was configured into what the launcher is sealed with.
enum PolicyBuilder {
  /// All entries in their order: accounts looked up, default limits lowered to what this process
  /// itself may have, filters compiled.
  static func entries(
    _ configuration: Configuration, log: ServiceLog
  ) throws(StartFailure) -> [CompiledEntry] {
    var entries: [CompiledEntry] = []
    var notes: Set<String> = []
    for entry in configuration.entries {
      let option = entry.alias.map { "entries.\($0).user" } ?? "--user"
      if let why = GPUHost().fault(of: entry) { throw .configuration("\(entry.name): \(why)") }
      var policy = try resolved(
        entry, option: option, log: log, notes: &notes)
      policy.groups = try AccountLookup.groups(
        entry.groups, account: entry.account,
        option: entry.alias.map { "entries.\($0).groups" } ?? "--groups")
      policy.results.group = try resultGroup(of: entry, policy)
      let links = HostCheck.links(of: entry, configuration.service)
      if let problem = links.problems.first {
        throw .configuration("\(problem.key): \(problem.text)")
      }
      policy.linkTargets = links.targets
      for note in links.notes {
        log.log(.info, "path.linked", "\(entry.name): \(note)", ["entry": .text(entry.name)])
      }
      entries.append(try compile(policy, name: entry.name))
    }
    for note in notes.sorted() { log.log(.info, "limits.lowered", note) }
    return entries
  }

  /// The kernel lets a job give a file to none but its own groups (chown(2)).
  private static func resultGroup(
    of entry: ConfiguredEntry, _ policy: EntryPolicy
  ) throws(StartFailure) -> UInt32? {
    guard let name = entry.resultGroup else { return nil }
    let option = "entries.\(entry.name).results.group"
    let found = try AccountLookup.groups([name], account: entry.account, option: option)
    guard found.count == 1, let group = found.first else {
      throw .configuration("\(option) \(name): it is no single group. Name one.")
    }
    guard policy.groups.contains(group) || policy.account?.gid == group else {
      throw .configuration(
        "\(option) \(name): jobs are not in it, and could not give a file to it. Name it in "
          + "groups too.")
    }
    return group
  }

  private static func resolved(
    _ entry: ConfiguredEntry, option: String, log: ServiceLog, notes: inout Set<String>
  ) throws(StartFailure) -> EntryPolicy {
    var policy = GPUHost().policy(of: entry)
    if let account = entry.account {
      policy.account = try AccountLookup.fixed(account, option: option)
      log.log(
        .warning, "entry.account_fixed",
        "\(option): jobs run as \(account) and can reach all that this account can reach",
        ["setting": .text(option), "account": .text(account)])
    }
    do throws(SystemCallFailure) {
      notes.formUnion(try policy.limits.lowerDefaultsToHost(entry.defaultLimits))
    } catch {
      throw .system("The limits of this process cannot be read: \(error).")
    }
    return policy
  }

  /// Compiles the filter of sandbox inits.
  static func initFilter() throws(StartFailure) -> [BPFInstruction] {
    do throws(FilterFailure) {
      return try FilterRequest.compileInitFilter()
    } catch {
      throw .system(error.message)
    }
  }

  private static func compile(
    _ policy: EntryPolicy, name: String
  ) throws(StartFailure) -> CompiledEntry {
    do throws(FilterFailure) {
      return CompiledEntry(
        policy: policy, filter: try FilterRequest(policy, diagnoses: false).compile(),
        notifyingFilter: policy.diagnoses
          ? try FilterRequest(policy, diagnoses: true).compile() : [])
    } catch {
      throw .configuration("The entry \(name) is refused: \(error.message)")
    }
  }
}
