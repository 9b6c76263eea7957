internal import RunnerCore
internal import Sandbox

/// Turns options into what the launcher is sealed with.
enum PolicyBuilder {
  /// One entry for each path of the whitelist.
  static func entries(_ options: Options, log: ServiceLog) throws(StartFailure) -> [CompiledEntry] {
    var account: FixedIdentity?
    if let user = options.user {
      account = try Identities.fixed(user)
      log.log(
        .warning,
        "jobs run as \(user) and can reach all that this account can reach")
    }
    let limits = try limits(options, log: log)
    let filter = try filter()
    return options.whitelist.map { path in
      var policy = EntryPolicy(path: path)
      policy.account = account
      policy.limits = limits
      policy.wallClockSeconds = UInt32(options.timeoutSeconds)
      policy.graceMilliseconds = UInt32(options.graceSeconds) * 1000
      return CompiledEntry(policy: policy, filter: filter)
    }
  }

  private static func limits(
    _ options: Options, log: ServiceLog
  ) throws(StartFailure) -> ResourceLimits {
    var limits = ResourceLimits()
    limits.cpuSeconds = UInt64(options.limitCPUSeconds)
    limits.fileBytes = UInt64(options.limitFileSize)
    limits.openFiles = UInt64(options.limitOpenFiles)
    limits.processes = UInt64(options.limitProcesses)
    limits.dataBytes = UInt64(options.limitData)
    limits.stackBytes = UInt64(options.limitStack)
    limits.lockedBytes = UInt64(options.limitLockedMemory)
    do throws(SystemCallFailure) {
      for note in try limits.lowerDefaultsToHost() { log.log(.info, note) }
    } catch {
      throw .system("The limits of this process cannot be read: \(error).")
    }
    return limits
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
