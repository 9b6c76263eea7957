internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import Sandbox

/// Everything on this host that a configuration names, looked at as a start does: accounts, ids,
/// executables, paths and devices.
enum HostCheck {
  /// All that a start would refuse, in the order of the file; as far as this user can see.
  static func problems(of configuration: Configuration) -> [ConfigurationProblem] {
    serviceProblems(configuration.service)
      + configuration.entries.flatMap { entry in
        entryProblems(entry)
          + problems(of: entry, EntryInspection.pathFaults(of: entry.policy))
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
      serviceProblems(configuration.service) + configuration.entries.flatMap(entryProblems)
    guard let last = found.last else { return }
    for problem in found.dropLast() {
      log.log(.error, "configuration.refused", "\(problem.key): \(problem.text)")
    }
    throw .configuration("\(last.key): \(last.text)")
  }

  /// The policy with the account that jobs run as, where this host has it.
  static func resolved(_ entry: ConfiguredEntry) -> EntryPolicy {
    var policy = entry.policy
    guard let account = entry.account else { return policy }
    do throws(StartFailure) {
      policy.account = try AccountLookup.fixed(account, option: option(entry))
    } catch {
      return policy  // `accountProblems` says so.
    }
    return policy
  }

  private static func entryProblems(_ entry: ConfiguredEntry) -> [ConfigurationProblem] {
    accountProblems(entry) + bufferingProblems(entry)
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
    guard let account = entry.account else { return [] }
    do throws(StartFailure) {
      _ = try AccountLookup.fixed(account, option: option(entry))
      return []
    } catch {
      return [ConfigurationProblem(nil, option(entry), error.text)]
    }
  }

  private static func option(_ entry: ConfiguredEntry) -> String {
    entry.alias.map { "entries.\($0).user" } ?? "--user"
  }

  private static func problems(
    of entry: ConfiguredEntry, _ faults: [EntryInspection.Fault]
  ) -> [ConfigurationProblem] {
    faults.map { fault in
      let name = entry.alias.map { "entries.\($0)" } ?? entry.name
      return ConfigurationProblem(nil, "\(name).\(fault.key)", fault.text)
    }
  }
}
