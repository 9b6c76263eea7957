internal import Glibc
internal import RunnerCore
internal import RunnerStore
internal import SandboxBase
internal import TextFormats

/// `http-runner store`: a backup of the jobs that are kept, and a look at them.
enum StoreCommand {
  static let help = """
    Usage: http-runner store backup FOLDER [--state FOLDER] [--json]
           http-runner store check [--state FOLDER] [--json]
           http-runner store check --store postgresql:CONNINFO
           http-runner store migrate --store postgresql:CONNINFO [--role NAME]

    `backup` copies the state folder, whole as it is at one moment, while the service goes on, into
    a folder that is not there yet, or empty. A copy that has jobs.db is whole; put in the place of
    the state folder it is one. `check` reads all of a state folder, or of a backup, and changes
    nothing. Both run as the user of the service, or as root, which becomes that user.

    Of a database, `check` compares the schema with this program, and `migrate` makes it or brings
    it up to date, as its owner; the role of the service gets its rights, and no others.

      --state FOLDER   The state folder (default /var/lib/http-runner-state)
      --store STORE    The database, by a connection string of libpq without a password
      --role NAME      The role as which the service connects
      --json           As one JSON object

    Exit code: 0, 64 the command line is wrong, 71 it cannot be copied or read, or the store is
    damaged.

    """

  static func run(_ arguments: [String]) -> Int32 {
    let log = ServiceLog()
    // Of what SQLite makes beside a database, too.
    umask(0o077)
    do throws(OptionError) {
      let options = try StoreOptions(arguments)
      do throws(StoreBackup.Failure) {
        let (text, isWhole) = try run(options)
        print(text)
        return isWhole ? ExitCode.ok.rawValue : ExitCode.systemRefused.rawValue
      } catch {
        log.log(
          .error, "store.command_failed", error.description, ["path": .text(options.state)])
        return ExitCode.systemRefused.rawValue
      }
    } catch {
      log.log(.error, "store.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    }
  }

  /// - Returns: what is printed, and whether all is well.
  private static func run(
    _ options: StoreOptions
  ) throws(StoreBackup.Failure) -> (text: String, isWhole: Bool) {
    if let text = options.connectionString { return try run(options, at: text) }
    switch options.action {
    case .migrate:
      return ("", false)
    case .backup:
      let owner = try StoreBackup.prepare(options.target, for: options.state)
      try become(owner)
      let contents = try StoreBackup.make(of: options.state, in: options.target)
      return (text(of: contents, options), true)
    case .check:
      try become(try StoreBackup.owner(of: options.state))
      let check = try StoreCheck(of: options.state)
      return (text(of: check, options), check.problems.isEmpty)
    }
  }

  private static func run(
    _ options: StoreOptions, at connectionString: String
  ) throws(StoreBackup.Failure) -> (text: String, isWhole: Bool) {
    do throws(PostgreSQLStore.ConnectionRefusal) {
      guard options.action == .check else {
        let (from, to) = try PostgreSQLStore.migrate(connectionString, for: options.role)
        return ("schema http_runner: version \(to), was \(from)", true)
      }
      let (found, known) = try PostgreSQLStore.versions(connectionString)
      let advice = found < known ? ": http-runner store migrate" : ""
      return (
        "schema http_runner: version \(found), this program needs \(known)"
          + (found == known ? "" : advice), found == known
      )
    } catch {
      throw StoreBackup.Failure(description: error.description)
    }
  }

  /// Gives up root: what the service wrote is not read with it.
  private static func become(
    _ owner: (user: UInt32, group: UInt32)
  ) throws(StoreBackup.Failure) {
    guard geteuid() == 0, owner.user != 0 else { return }
    do {
      try PrivilegeDrop.becomeUnprivileged(uid: owner.user, gid: owner.group)
    } catch {
      throw StoreBackup.Failure(
        description: "Privilege could not be dropped, so nothing is read: \(error).")
    }
  }

  private static func text(of contents: StoreContents, _ options: StoreOptions) -> String {
    guard options.isJSON else {
      return "\(options.target): \(contents.jobs) jobs, \(contents.files) files, "
        + "\(contents.bytes) bytes"
    }
    var writer = JSONWriter()
    writer.beginObject()
    write(contents, to: &writer)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func text(of check: StoreCheck, _ options: StoreOptions) -> String {
    guard options.isJSON else {
      let state = check.problems.isEmpty ? "whole" : "DAMAGED"
      let counts =
        "\(check.contents.jobs) jobs, \(check.contents.files) files, "
        + "\(check.contents.bytes) bytes, \(check.missing) files missing"
      return (["\(options.state): \(state): \(counts)"] + check.problems).joined(separator: "\n")
    }
    var writer = JSONWriter()
    writer.beginObject()
    write(check.contents, to: &writer)
    writer.key("missing")
    writer.number(check.missing)
    writer.key("problems")
    writer.beginArray()
    for problem in check.problems { writer.string(problem) }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func write(_ contents: StoreContents, to writer: inout JSONWriter) {
    writer.key("jobs")
    writer.number(contents.jobs)
    writer.key("files")
    writer.number(contents.files)
    writer.key("bytes")
    writer.number(contents.bytes)
  }
}
