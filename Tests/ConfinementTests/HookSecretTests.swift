import Glibc
import TestSupport
import Testing

/// The secret of a hook in a file of root: at the start, and through reloads.
struct HookSecretTests {
  private static let (first, second) = ("first-word-of-the-sender", "second-word-of-the-sender")

  private static func config(_ file: String) -> String {
    "{entries: {echo: {path: '/bin/echo', arguments: {fromCommands: true}, "
      + "commands: {say: {fields: {name: {type: 'text'}}, arguments: ['{name}']}}, "
      + "hooks: {h: {command: 'say', fields: {name: {from: '/name'}}, "
      + "secret: {scheme: 'field', field: 'X-Webhook-Token', file: '\(file)'}}}}}}"
  }

  private static func status(_ server: RunningServer, _ word: String?) throws -> Int {
    let headers = word.map { [("X-Webhook-Token", $0)] } ?? []
    return try server.client.ask(
      "POST", "/hooks/h", headers: headers, body: Array(#"{"name":"a"}"#.utf8)
    ).status
  }

  private static func reload(_ server: RunningServer, _ line: String) throws {
    let seen = server.process.log.ranges(of: line).count
    server.process.child.send(SIGHUP)
    try waiting(until: "the log to say: \(line)") {
      server.process.log.ranges(of: line).count > seen
    }
  }

  // Proves P-700.
  @Test func `a reload takes a new secret up, and refuses the old one from then on`() throws {
    let folder = try RootFolder()
    let file = folder("secret")
    try Files.write(Self.first, to: file, mode: 0o600)
    let server = try RunningServer(whitelist: [], config: Self.config(file))
    #expect(try Self.status(server, Self.first) == 202)
    #expect(try Self.status(server, Self.second) == 401 && Self.status(server, nil) == 401)
    try Files.write(Self.second, to: file, mode: 0o600)
    #expect(try Self.status(server, Self.first) == 202, "not before the reload")
    try Self.reload(server, "reloaded: ")
    #expect(try Self.status(server, Self.second) == 202)
    #expect(try Self.status(server, Self.first) == 401)
    // While senders change over both count.
    try Files.write("\(Self.first)\n\(Self.second)\n", to: file, mode: 0o600)
    try Self.reload(server, "reloaded: ")
    for word in [Self.first, Self.second] { #expect(try Self.status(server, word) == 202) }
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
    for word in [Self.first, Self.second] { #expect(!server.process.log.contains(word)) }
  }

  // Twin of P-700.
  @Test(arguments: ["open", "short", "gone"])
  func `a reload with a file that is no secret changes nothing, and none starts with it`(
    fault: String
  ) throws {
    let folder = try RootFolder()
    let file = folder("secret")
    try Files.write(Self.first, to: file, mode: 0o600)
    let server = try RunningServer(whitelist: [], config: Self.config(file))
    switch fault {
    case "open": try Files.write(Self.second, to: file, mode: 0o644)
    case "short": try Files.write("short", to: file, mode: 0o600)
    default: try Files.remove(file)
    }
    try Self.reload(server, "the configuration stays as it was")
    #expect(try Self.status(server, Self.first) == 202)
    #expect(try Self.status(server, Self.second) == 401)
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
    let process = try RunnerProcess(whitelist: [], config: Self.config(file))
    #expect(try process.child.wait() == .exited(78), "\(process.log)")
    #expect(process.log.contains(file) && !process.log.contains(Self.second))
  }

  // Proves P-701.
  @Test func `the process that listens can neither read the file of a secret nor holds it open`()
    throws
  {
    let folder = try RootFolder()
    let file = folder("secret")
    try Files.write(Self.first, to: file, mode: 0o600)
    let server = try RunningServer(whitelist: [], config: Self.config(file))
    #expect(try Self.status(server, Self.first) == 202)
    let service = try #require(server.process.processes(of: "http-runner").first)
    let status = try #require(ProcessTable.status(service))
    #expect(status["Uid"]?.hasPrefix("0 ") == false && status["CapEff"] == "0000000000000000")
    for number in Files.entries(of: "/proc/\(service)/fd") ?? [] {
      #expect(Files.target(ofLink: "/proc/\(service)/fd/\(number)") != file)
    }
    let uid = try #require(status["Uid"]?.split(separator: " ").first.flatMap { UInt32($0) })
    let reader = try CommandRun(
      "/usr/bin/setpriv", ["--reuid", "\(uid)", "--clear-groups", "/bin/cat", file])
    #expect(reader.ending != .exited(0) && reader.stdout.isEmpty)
    // The twin: root reads it.
    #expect(try CommandRun("/bin/cat", [file]).stdout == Self.first)
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}
