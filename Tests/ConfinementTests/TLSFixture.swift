import Glibc
import TestSupport

/// Certificates as an operator makes them, and a service that uses them.
struct TLSFixture {
  let folder: RootFolder
  var tls: String { folder("tls") }
  var socket: String { folder("api.sock") }

  /// Makes the authority and a certificate for loopback.
  init() throws {
    folder = try RootFolder()
    try certificate(["localhost", "127.0.0.1"])
  }

  /// Runs `http-runner certificate` in the folder.
  @discardableResult func certificate(_ words: [String]) throws -> String {
    let run = try CommandRun(try Binaries.runner(), ["certificate", "--out", tls] + words)
    guard run.ending == .exited(0) else { throw TestFailure(run.stderr) }
    return run.stdout
  }

  /// Runs `openssl`, which makes what `http-runner certificate` does not.
  func openssl(_ words: [String]) throws -> CommandRun {
    try CommandRun("/usr/bin/openssl", words, folder: folder.path)
  }

  /// What a configuration says of TLS, without its closing brace.
  var configured: String {
    "tlsCertificate: '\(tls)/server.pem', tlsKey: '\(tls)/server-key.pem', "
      + "tlsClientCA: '\(tls)/ca.pem'"
  }

  /// A service with `service` in its configuration, and where it listens.
  ///
  /// - Parameter entries: beside `echo`, with a comma in front.
  func start(
    _ service: String, listen: [String], entries: String = "", wrapper: [String] = []
  ) throws -> (process: RunnerProcess, ports: [String]) {
    let process = try RunnerProcess(
      whitelist: [], options: listen.flatMap { ["--listen", $0] },
      config: "{service: {\(service)}, entries: {echo: {path: '/bin/echo'}\(entries)}}",
      wrapper: wrapper)
    let lines = try waiting(for: "\(listen.count) listeners") {
      guard ProcessTable.lives(process.child.id) else { throw TestFailure(process.log) }
      let lines = process.log.split(separator: "\n").filter { $0.contains("listening on ") }
      return lines.count == listen.count ? lines : nil
    }
    return (process, lines.map { String($0.split(separator: ":").last ?? "") })
  }

  /// The body and the status of an answer to curl.
  func curl(_ words: [String]) throws -> (status: String, text: String) {
    let run = try CommandRun(
      "/usr/bin/curl", ["-sS", "-m", "60", "-w", "\n%{http_code}"] + words, folder: tls)
    guard run.ending == .exited(0) else { return ("\(run.ending)", run.stderr) }
    let lines = run.stdout.split(separator: "\n", omittingEmptySubsequences: false)
    return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
  }
}
