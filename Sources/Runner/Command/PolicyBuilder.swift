internal import RunnerCore
internal import Sandbox

/// Turns options into what the launcher is sealed with.
enum PolicyBuilder {
  static func policy(
    _ options: Options, identities: IdentityRange, log: ServiceLog
  ) throws(StartFailure) -> LaunchPolicy {
    var fixed: FixedIdentity?
    if let user = options.user {
      fixed = try Identities.fixed(user)
      log.log(
        .warning,
        "jobs run as \(user) and can reach each other, and all that this account can reach")
    }
    return LaunchPolicy(
      identities: identities, fixedIdentity: fixed, limits: try limits(options, log: log).all,
      wallClockSeconds: UInt32(options.timeoutSeconds),
      graceMilliseconds: UInt32(options.graceSeconds) * 1000, workRoot: options.workFolder,
      filter: try filter())
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
    do throws(FilterFault) {
      return try FilterRequest(profile: .standard).compile()
    } catch {
      throw .configuration(error.message)
    }
  }
}
