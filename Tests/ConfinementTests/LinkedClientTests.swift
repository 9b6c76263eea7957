import Glibc
import TestSupport
import Testing

/// The program under the name of an entry: what calls ffmpeg need not be changed.
@Suite(.serialized)
struct LinkedClientTests {
  /// A link to the program, and a configuration of the client.
  private struct Link {
    let folder: RootFolder
    var path: String { folder("ffmpeg") }
    var environment: [String: String] { ["XDG_CONFIG_HOME": folder("config")] }

    init(_ configuration: String = "{}") throws {
      folder = try RootFolder()
      try Files.makeLink(folder("ffmpeg"), to: try Binaries.runner())
      try Files.makeFolder(folder("config"))
      try Files.makeFolder(folder("config/http-runner"))
      try Files.write(configuration, to: folder("config/http-runner/client.json5"))
    }
  }

  // Proves P-364.
  @Test func `under the name of an entry it runs that, with paths as the service has them`() throws
  {
    let link = try Link("{paths: {'/mnt/nas': '/srv/media'}}")
    let config = "{entries: {ffmpeg: {path: '/bin/echo'}}}"
    let server = try RunningServer(whitelist: [], config: config)
    let run = try ClientRun(
      server, ["-nostdin", "-i", "/mnt/nas/a b.mkv", "--help", "file:/mnt/nas/o.mp4"],
      environment: link.environment, program: link.path)
    #expect(try run.code() == 0, "\(run.error)")
    #expect(run.output == "-nostdin -i /srv/media/a b.mkv --help file:/srv/media/o.mp4\n")
    #expect(run.stderr.isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-364.
  @Test func `the key q ends it, and the program ends as it ends by that key`() throws {
    let link = try Link()
    let config = "{entries: {ffmpeg: {path: '/bin/sh'}}}"
    let server = try RunningServer(whitelist: [], config: config)
    var ends: [CInt] = [-1, -1]
    #expect(unsafe pipe(&ends) == 0)
    defer { close(ends[1]) }
    let script = "trap 'echo whole; exit 255' TERM; echo begun; while :; do sleep 0.05; done"
    let run = try ClientRun(
      server, ["-c", script], inputDescriptor: ends[0], environment: link.environment,
      program: link.path)
    close(ends[0])
    try waiting(until: "it to have begun") { run.output == "begun\n" }
    #expect(unsafe write(ends[1], "q", 1) == 1)
    #expect(try run.code() == 0, "\(run.error)")
    #expect(run.output == "begun\nwhole\n")
    #expect(try server.stop() == .exited(0))
  }

  @Test func `where no service is there it becomes the program that the configuration names`()
    throws
  {
    let link = try Link("{fallback: {ffmpeg: '/bin/echo'}}")
    let run = try ClientRun(
      nil, ["-i", "here"], environment: link.environment, program: link.path)
    #expect(try run.code() == 0 && run.output == "-i here\n", "\(run.error)")
    let none = try Link()
    let lost = try ClientRun(
      nil, ["-i", "here"], environment: none.environment, program: none.path)
    #expect(try lost.code() == 125)
    let circle = try Link()
    let configuration = "{fallback: {ffmpeg: '\(circle.path)'}}"
    try Files.write(configuration, to: circle.folder("config/http-runner/client.json5"))
    let refused = try ClientRun(
      nil, ["-i", "here"], environment: circle.environment, program: circle.path)
    #expect(try refused.code() == 78)
  }
}
