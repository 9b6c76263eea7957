import Glibc
import Testing

@testable import RunnerClient

struct ClientSettingsTests {
  /// A folder of its own, removed with its files.
  private final class Folder {
    let path: String

    init() throws {
      var name = Array("/tmp/http-runner-client-XXXXXX".utf8CString)
      let made = unsafe name.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) }
      guard unsafe made != nil else { throw ClientFailure(.configuration, "mkdtemp") }
      path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
      for name in ["token", "config/http-runner/client.json5"] { unsafe unlink("\(path)/\(name)") }
      for name in ["config/http-runner", "config"] { unsafe rmdir("\(path)/\(name)") }
      unsafe rmdir(path)
    }

    func write(_ text: String, to name: String, mode: mode_t = 0o600) {
      let fd = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode)
      let bytes = Array(text.utf8)
      #expect(unsafe Glibc.write(fd, bytes, bytes.count) == bytes.count)
      fchmod(fd, mode)
      close(fd)
    }
  }

  private static func failure(_ body: () throws -> Void) -> ClientFailure? {
    do {
      try body()
      return nil
    } catch { return error as? ClientFailure }
  }

  private static func settings(
    _ variables: [String: String], server: String? = nil
  ) throws(ClientFailure) -> ClientSettings {
    let environment = ClientEnvironment { variables[$0] }
    return try ClientSettings(
      .init(server: server), environment, try ClientSettings.configuration(environment))
  }

  @Test func `an option wins over the environment, and that over the configuration`() throws {
    let folder = try Folder()
    unsafe mkdir("\(folder.path)/config", 0o700)
    unsafe mkdir("\(folder.path)/config/http-runner", 0o700)
    folder.write("{server: 'unix:/run/a'}", to: "config/http-runner/client.json5")
    var variables = ["XDG_CONFIG_HOME": "\(folder.path)/config"]
    #expect(try Self.settings(variables).address.socketPath == "/run/a")
    variables["HTTP_RUNNER_SERVER"] = "runner.lan:9000"
    #expect(try Self.settings(variables).address.url == "http://runner.lan:9000")
    let given = try Self.settings(variables, server: "https://b:1/run/")
    #expect(given.address.url == "https://b:1/run" && given.address.isEncrypted)
    folder.write("{server: 'a', servre: 1}", to: "config/http-runner/client.json5")
    #expect(Self.failure { _ = try Self.settings(variables) }?.text.contains("servre") == true)
  }

  // Proves P-360.
  @Test func `a token comes by environment, credential and file, and goes nowhere in plain text`()
    throws
  {
    let folder = try Folder()
    folder.write("hrun_file\n", to: "token")
    let path = "\(folder.path)/token"
    #expect(try Self.settings(["HTTP_RUNNER_TOKEN_FILE": path]).token == "hrun_file")
    #expect(
      try Self.settings(["HTTP_RUNNER_TOKEN_FILE": path, "HTTP_RUNNER_TOKEN": "b"]).token
        == "hrun_file")
    #expect(try Self.settings(["HTTP_RUNNER_TOKEN": "hrun_b"]).token == "hrun_b")
    #expect(try Self.settings([:]).token == nil)
    let far = Self.failure {
      _ = try Self.settings(["HTTP_RUNNER_TOKEN": "b"], server: "http://runner.lan:9000")
    }
    #expect(far?.exit(forJob: true) == .configuration && far?.text.contains("https://") == true)
    #expect(
      try Self.settings(["HTTP_RUNNER_TOKEN": "b"], server: "https://runner.lan").token == "b")
    // A line feed within it would be a header field of its own.
    #expect(Self.failure { _ = try Self.settings(["HTTP_RUNNER_TOKEN": "b\r\nX: y"]) } != nil)
  }

  // Proves P-360.
  @Test(arguments: [0o640, 0o604, 0o666])
  func `a token file that others reach is refused, with what to type`(mode: Int) throws {
    let folder = try Folder()
    folder.write("hrun_a", to: "token", mode: mode_t(mode))
    let path = "\(folder.path)/token"
    let failure = Self.failure { _ = try Self.settings(["HTTP_RUNNER_TOKEN_FILE": path]) }
    #expect(failure?.text.contains("chmod 600 \(path)") == true)
    #expect(failure?.exit(forJob: false) == .configuration)
  }

  @Test(arguments: [
    "", "http://", "ftp://a", "https://user:secret@a", "http://a/?x", "http://a b", "unix:run/a",
  ])
  func `an address that is none is refused`(text: String) {
    #expect(throws: ClientFailure.self) { try ServiceAddress(text) }
  }

  @Test(arguments: [
    ("127.0.0.1:9000", true), ("127.255.0.3", true), ("[::1]:9000", true), ("localhost", true),
    ("unix:/run/a", true), ("127.example.org", false), ("127.0.0.1.example.org:9000", false),
    ("localhost.example.org", false), ("[2001:db8::1]:9000", false), ("128.0.0.1", false),
  ])
  func `an address is this machine's by its number, and a name by no beginning`(
    text: String, isLocal: Bool
  ) throws {
    #expect(try ServiceAddress(text).isLocal == isLocal)
    let variables = ["HTTP_RUNNER_TOKEN": "hrun_x"]
    #expect((Self.failure { _ = try Self.settings(variables, server: text) } == nil) == isLocal)
  }

  @Test(arguments: [
    ("{paths: {'/': '/srv'}}", "below /"), ("{paths: {'//': '/srv'}}", "below /"),
    ("{paths: {'mnt/nas': '/srv'}}", "absolute"), ("{paths: {'/mnt/nas': 'srv'}}", "absolute"),
    ("{paths: {'/mnt/nas': '/a', '/mnt/nas/': '/b'}}", "twice"),
    ("{paths: {'/mnt/nas': '/a', '/mnt/nas': '/b'}}", "twice"),
  ])
  func `paths that contradict each other are refused, with their place`(
    text: String, word: String
  ) {
    let failure = Self.failure { _ = try ClientConfiguration.parse(Array(text.utf8), name: "c") }
    #expect(failure?.text.hasPrefix("c:1:") == true && failure?.text.contains(word) == true)
    #expect(failure?.exit(forJob: false) == .configuration)
  }

  @Test func `a folder of the user stands in the place of the same one of the system`() throws {
    let system = try ClientConfiguration.parse(Array("{paths: {'/mnt/a': '/x'}}".utf8), name: "s")
    let user = try ClientConfiguration.parse(Array("{paths: {'/mnt/a/': '/y'}}".utf8), name: "u")
    #expect(system.overridden(by: user).paths == ["/mnt/a": "/y"])
  }

  @Test func `a credential of the unit is a token, and the environment wins over it`() throws {
    let folder = try Folder()
    folder.write("hrun_unit\n", to: "http-runner-token", mode: 0o400)
    defer { unsafe unlink("\(folder.path)/http-runner-token") }
    var variables = ["CREDENTIALS_DIRECTORY": folder.path]
    #expect(try Self.settings(variables).token == "hrun_unit")
    variables["HTTP_RUNNER_TOKEN"] = "hrun_own"
    #expect(try Self.settings(variables).token == "hrun_own")
  }
}
