internal import RunnerConfiguration
internal import RunnerCore
internal import Sandbox

/// Turns what was configured into what the launcher is sealed with.
enum PolicyBuilder {
  /// One policy for all of a whitelist without a file.
  static func policy(
    _ options: Options, identities: IdentityRange, log: ServiceLog
  ) throws(StartFailure) -> LaunchPolicy {
    let defaults = options.defaults
    let policy = try resolved(
      defaults.policy, account: defaults.account, option: "--user", log: log)
    return LaunchPolicy(
      identities: identities, fixedIdentity: policy.account, limits: policy.limits.all,
      wallClockSeconds: policy.wallClockSeconds, graceMilliseconds: policy.graceMilliseconds,
      workRoot: options.workFolder, filter: try filter())
  }

  /// The policies of all entries, in their order, with accounts looked up and default limits lowered
  /// to what this process itself may have.
  static func entryPolicies(
    _ configuration: Configuration, log: ServiceLog
  ) throws(StartFailure) -> [EntryPolicy] {
    var policies: [EntryPolicy] = []
    for entry in configuration.entries {
      let option = entry.alias.map { "entries.\($0).user" } ?? "--user"
      policies.append(
        try resolved(entry.policy, account: entry.account, option: option, log: log))
    }
    return policies
  }

  private static func resolved(
    _ policy: EntryPolicy, account: String?, option: String, log: ServiceLog
  ) throws(StartFailure) -> EntryPolicy {
    var policy = policy
    if let account {
      policy.account = try Identities.fixed(account, option: option)
      log.log(
        .warning,
        "\(option): jobs run as \(account) and can reach each other, and all that this account "
          + "can reach")
    }
    do throws(SystemCallFailure) {
      for note in try policy.limits.lowerDefaultsToHost() { log.log(.info, note) }
    } catch {
      throw .system("The limits of this process cannot be read: \(error).")
    }
    return policy
  }

  private static func filter() throws(StartFailure) -> [BPFInstruction] {
    do throws(SyscallNumbers.UnknownName) {
      return FilterCompiler.compile(try SyscallNumbers.resolve(SyscallCatalogue.standard))
    } catch {
      throw .configuration(
        "This host's libseccomp does not know the system call \(error.name), which the profile "
          + "`standard` names. Install libseccomp 2.5.4 or later.")
    }
  }
}
