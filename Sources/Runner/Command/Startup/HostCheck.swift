internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient

/// Everything on this host that a configuration names, looked at as a start does: accounts, ids,
/// executables, paths and devices.
enum HostCheck {
  /// All that a start would refuse, in the order of the file; as far as this user can see.
  static func problems(of configuration: Configuration) -> [ConfigurationProblem] {
    serviceProblems(configuration.service)
      + configuration.entries.flatMap { entry in
        let policy = resolved(entry, configuration.service)
        return entryProblems(entry, configuration.service)
          + problems(of: entry, EntryInspection.pathFaults(of: policy))
      }
  }

  /// Logs every account, id and executable that a start cannot serve. The launcher looks at the
  /// paths.
  ///
  /// - Throws: `StartFailure` where there is one.
  static func requireNone(
    of configuration: Configuration, _ log: ServiceLog
  ) throws(StartFailure) {
    let found =
      serviceProblems(configuration.service)
      + configuration.entries.flatMap { entryProblems($0, configuration.service) }
    guard let last = found.last else { return }
    for problem in found.dropLast() {
      log.log(.error, "configuration.refused", "\(problem.key): \(problem.text)")
    }
    throw .configuration("\(last.key): \(last.text)")
  }

  /// The policy with the account and the groups of its jobs, where this host has them, with what
  /// symbolic links lead to, and with what `gpu` brings.
  static func resolved(_ entry: ConfiguredEntry, _ service: ServiceSettings) -> EntryPolicy {
    var policy = GPUHost().policy(of: entry)
    policy.linkTargets = links(of: entry, service).targets
    do throws(StartFailure) {
      if let account = entry.account {
        policy.account = try AccountLookup.fixed(account, option: option("user", entry))
      }
      policy.groups = try AccountLookup.groups(
        entry.groups, account: entry.account, option: option("groups", entry))
    } catch {
      return policy  // `accountProblems` says so.
    }
    return policy
  }

  private static func entryProblems(
    _ entry: ConfiguredEntry, _ service: ServiceSettings
  ) -> [ConfigurationProblem] {
    accountProblems(entry) + bufferingProblems(entry) + gpuProblems(entry)
      + links(of: entry, service).problems
      + problems(of: entry, EntryInspection.executableFaults(of: entry.policy))
  }

  private static func bufferingProblems(_ entry: ConfiguredEntry) -> [ConfigurationProblem] {
    // SAFETY: Swift keeps the path until access(2) returns, which reads it.
    guard entry.buffersByLine, unsafe access(LineBuffering.library, R_OK) != 0 else { return [] }
    return [
      ConfigurationProblem(
        nil, "entries.\(entry.name).lineBuffered",
        "\(LineBuffering.library) of the package coreutils is not there. Install it, or leave "
          + "lineBuffered out.")
    ]
  }

  private static func gpuProblems(_ entry: ConfiguredEntry) -> [ConfigurationProblem] {
    GPUHost().fault(of: entry).map { [ConfigurationProblem(nil, option("gpu", entry), $0)] } ?? []
  }

  /// Of a service that root starts: an ordinary user takes neither ids nor this folder.
  private static func serviceProblems(_ service: ServiceSettings) -> [ConfigurationProblem] {
    guard !service.sameUser else { return [] }
    var found: [ConfigurationProblem] = []
    do throws(StartFailure) {
      _ = try AccountLookup.range(service)
    } catch {
      found.append(ConfigurationProblem(nil, "service.idRange", error.text))
    }
    if let fault = EntryInspection.workFolderFault(service.workFolder) {
      found.append(ConfigurationProblem(nil, "service.workFolder", fault))
    }
    return found
  }

  private static func accountProblems(_ entry: ConfiguredEntry) -> [ConfigurationProblem] {
    let name = option("user", entry)
    do throws(StartFailure) {
      if let account = entry.account { _ = try AccountLookup.fixed(account, option: name) }
    } catch {
      return [ConfigurationProblem(nil, name, error.text)]
    }
    let groups = option("groups", entry)
    do throws(StartFailure) {
      _ = try AccountLookup.groups(entry.groups, account: entry.account, option: groups)
    } catch {
      return [ConfigurationProblem(nil, groups, error.text)]
    }
    return []
  }

  private static func option(_ setting: String, _ entry: ConfiguredEntry) -> String {
    entry.alias.map { "entries.\($0).\(setting)" } ?? "--\(setting)"
  }

  private static func problems(
    of entry: ConfiguredEntry, _ faults: [EntryInspection.Finding]
  ) -> [ConfigurationProblem] {
    faults.map { fault in
      let name = entry.alias.map { "entries.\($0)" } ?? entry.name
      return ConfigurationProblem(nil, "\(name).\(fault.key)", fault.text)
    }
  }
}
