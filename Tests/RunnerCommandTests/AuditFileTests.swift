import Glibc
import RunnerCore
import Synchronization
import Testing

@testable import RunnerCommand

/// Lines of the audit log, its rotation, and what is lost.
struct AuditFileTests {
  /// A folder of its own that is removed at the end.
  private final class Folder {
    let path: String

    init() throws {
      path = "/tmp/http-runner-audit-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
      try AuditFolder.prepare(path, owner: getuid(), group: getgid())
    }

    deinit {
      for name in names { unsafe unlink("\(path)/\(name)") }
      unsafe rmdir(path)
    }

    private let names =
      ["audit.log"] + (1...4).map { "audit.log.\($0)" }

    func lines(_ name: String = "audit.log") -> [Substring] {
      guard let file = unsafe fopen("\(path)/\(name)", "r") else { return [] }
      defer { unsafe fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      let count = unsafe fread(&bytes, 1, bytes.count, file)
      return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    }
  }

  private final class Log: Logger {
    let names = Mutex<[String]>([])
    func log(_ event: LogEvent) { names.withLock { $0.append(event.name) } }
  }

  private static func record(_ number: Int) -> AuditRecord {
    AuditRecord(
      time: Timestamp(microseconds: 0), requestID: RequestID("r\(number)"),
      principal: Principal(name: "token/media"), address: "192.0.2.7", evidence: "token",
      method: "POST", route: "/", jobID: nil, status: 202)
  }

  private static func open(
    _ folder: Folder, bytesMax: Int = 1 << 20, log: any Logger = Log()
  ) throws -> AuditFile {
    try AuditFile(
      AuditFolder(opening: folder.path), bytesMax: bytesMax, keptCount: 2, log: log,
      clock: SystemClock())
  }

  // Proves P-282.
  @Test func `each request is a line, and a second start goes on behind it`() async throws {
    let folder = try Folder()
    for number in 1...2 {
      let file = try Self.open(folder)
      file.record(Self.record(number))
      await file.flush()
    }
    #expect(
      folder.lines()
        == ["r1", "r2"].map { id in
          """
          {"time":"1970-01-01T00:00:00.000Z","request":"\(id)","principal":"token/media",\
          "address":"192.0.2.7","evidence":"token","method":"POST","route":"/","job":null,\
          "reason":null,"status":202}
          """
        })
  }

  @Test func `a new file begins at the size and by a signal, and the oldest goes`() async throws {
    let folder = try Folder()
    let file = try Self.open(folder, bytesMax: 250)
    for number in 1...3 {
      file.record(Self.record(number))
      await file.flush()
    }
    #expect(folder.lines().count == 1 && folder.lines("audit.log.1").count == 1)
    #expect(folder.lines("audit.log.2").count == 1)
    file.rotate()
    await file.flush()
    #expect(folder.lines().isEmpty && folder.lines("audit.log.1")[0].contains("r3"))
    #expect(folder.lines("audit.log.3").isEmpty)
  }

  // Proves P-282.
  @Test func `what cannot be kept is counted, and the count is a line`() async throws {
    let folder = try Folder()
    let log = Log()
    // Folders that are in the way of the file and of its rotation: nothing can be written.
    let file = try Self.open(folder, log: log)
    unsafe unlink(folder.path + "/audit.log")
    let inTheWay = ["", ".1", ".1/x", ".2", ".2/x"].map { folder.path + "/audit.log" + $0 }
    for path in inTheWay { unsafe mkdir(path, 0o700) }
    file.rotate()
    await file.flush()
    for number in 1...3 { file.record(Self.record(number)) }
    await file.flush()
    #expect(log.names.withLock { $0 } == ["audit.failed"])
    for path in inTheWay.reversed() { unsafe rmdir(path) }
    file.record(Self.record(4))
    await file.flush()
    let lines = folder.lines()
    #expect(lines.count == 2 && lines[0].hasSuffix(#""lost":3}"#), "\(lines)")
    #expect(log.names.withLock { $0 } == ["audit.failed", "audit.recovered"])
  }
}
