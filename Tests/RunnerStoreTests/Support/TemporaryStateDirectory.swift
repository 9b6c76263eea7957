import Glibc
import RunnerCore
import Synchronization
import TestSupport

@testable import RunnerStore

/// A state folder of a test's own, which the test removes.
final class TemporaryStateDirectory: Sendable {
  let path: String
  let log = RecordingLogger()
  let metrics = MetricRegistry()

  init() throws {
    path = "/tmp/http-runner-store-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    try StateFolder.prepare(path, owner: getuid(), group: getgid())
  }

  func remove() {
    Self.remove(path)
  }

  /// Opens the store, as a process does at its start.
  func open(_ retention: RetentionPolicy = .many) throws -> SQLiteStore {
    try SQLiteStore(
      in: StateFolder(opening: path), retention: retention, log: log, metrics: metrics)
  }

  /// Moves the log into the file at `path`, so that the file is all that there is. A store that was
  /// let go may not be closed yet: its queue does that.
  static func moveLogIntoFile(_ path: String) throws {
    var database = try SQLDatabase.open(path, .writing)
    // The first column says whether another connection kept it from being done.
    try waiting(until: "the log to be in the file") {
      try database.scalar("PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }
  }

  static func remove(_ path: String) {
    for name in names(in: path) where unsafe unlink("\(path)/\(name)") != 0 {
      remove("\(path)/\(name)")
    }
    unsafe rmdir(path)
  }

  static func names(in path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}

extension SQLiteStore {
  /// All of them.
  func unfinishedJobs() async throws(StoreFailure) -> [Job] {
    var jobs: [Job] = []
    var cursor: Int64?
    repeat {
      let some = try await unfinishedJobs(after: cursor)
      jobs += some.jobs
      cursor = some.cursor
    } while cursor != nil
    return jobs
  }
}

extension RetentionPolicy {
  /// Keeps all that a test makes.
  static var many: RetentionPolicy {
    var retention = RetentionPolicy()
    retention.countMax = 1_000_000
    return retention
  }
}

extension OutputFile {
  /// Returns when that is done.
  func append(_ bytes: [UInt8]) async -> Int {
    await withCheckedContinuation { written in append(bytes) { written.resume(returning: $0) } }
  }
}

/// Keeps the lines.
final class RecordingLogger: Logger {
  private let kept = Mutex<[LogEvent]>([])

  var events: [LogEvent] { kept.withLock { $0 } }
  var lines: [String] { events.map { "\($0.level.rawValue): \($0.sentence)" } }

  func log(_ event: LogEvent) {
    kept.withLock { $0.append(event) }
  }
}
