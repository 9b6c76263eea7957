internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient

/// The two privilege modes: started as root, which is dropped, or unprivileged (`--same-user`).
enum PrivilegeMode {
  /// Checks the privileges of this process against the mode.
  ///
  /// - Throws: `StartFailure` when the process does not have the privileges that the settings need.
  static func check(_ service: ServiceSettings) throws(StartFailure) {
    let isRoot = geteuid() == 0
    if !isRoot, !service.sameUser {
      throw StartFailure(
        code: .notRoot,
        text: "Started without root: jobs could not get ids of their own. Start as root; only the "
          + "launcher keeps it. Or say --same-user: jobs run as this user then, in all that the "
          + "kernel grants through a user namespace.")
    }
    if isRoot, service.sameUser {
      throw .configuration(
        "--same-user is for an ordinary user: jobs would run as root. Start as another user, or "
          + "leave it out.")
    }
  }

  /// Signals are read by one thread, so every other one, and all that start from it, blocks them.
  static func prepareProcess() {
    ProcessSignals.blockAll()
    umask(0o077)
  }

  static func policy(
    _ service: ServiceSettings, log: ServiceLog
  ) throws(StartFailure) -> LaunchPolicy {
    guard service.sameUser else {
      return LaunchPolicy(
        mode: .root, identities: try AccountLookup.range(service), workRoot: service.workFolder,
        initFilter: try PolicyBuilder.initFilter())
    }
    log.log(
      .warning, "service.same_user",
      "--same-user: jobs run as this user, uid \(getuid()), without one of their own",
      ["uid": .integer(Int(getuid()))])
    let range = service.idRange
    guard let unused = IdentityRange(first: range.lowerBound, last: range.upperBound) else {
      throw .configuration("The id range is not usable; see --help.")
    }
    return LaunchPolicy(
      mode: .sameUser, identities: unused, workRoot: try userWorkFolder(service.workFolder),
      initFilter: try PolicyBuilder.initFilter())
  }

  /// The default folder belongs to root; an unprivileged user gets one in its home folder.
  private static func userWorkFolder(_ given: String) throws(StartFailure) -> String {
    guard given == ServiceSettings().workFolder else { return given }
    return try userFolder("")
  }

  /// The folder of an ordinary user for what root keeps in /var/lib.
  ///
  /// - Parameter suffix: what it is for; empty for the working folders of jobs.
  static func userFolder(_ suffix: String) throws(StartFailure) -> String {
    guard let home = EnvironmentVariable.value(of: "HOME"),
      home.hasPrefix("/"), home != "/"
    else {
      throw .configuration(
        "HOME is not set, so that folders must be named: --work-folder PATH and --state PATH.")
    }
    return home + "/.http-runner" + (suffix.isEmpty ? "" : "-" + suffix)
  }
}
