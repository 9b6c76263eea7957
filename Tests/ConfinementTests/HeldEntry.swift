import TestSupport

/// An entry, `held`, whose jobs run until `pipe` is closed.
struct HeldEntry {
  let host: RootFolder
  let pipe: NamedPipe
  let config: String

  init(isRestartable: Bool = false) throws {
    host = try RootFolder()
    try Files.makeFolder(host("lines"), mode: 0o777)
    pipe = try NamedPipe(host("lines/pipe"))
    let folder = host("lines")
    config = """
      {entries: {held: {path: '/bin/cat', restartable: \(isRestartable), read: ['\(folder)']}}}
      """
  }

  /// A job that runs.
  func start(on server: RunningServer) throws -> String {
    let job = try server.submit("held", [host("lines/pipe")])
    try awaitReading(job, on: server)
    return job
  }

  /// Returns when a job that was just started has the pipe open.
  func awaitReading(_ job: String, on server: RunningServer) throws {
    try pipe.write(line: "runs")
    try waiting(until: "job \(job) to read") {
      try server.job(job)["stdout"]?.string == "runs\n"
    }
  }
}
