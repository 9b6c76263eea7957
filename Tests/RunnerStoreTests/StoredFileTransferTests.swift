import Glibc
import RunnerCore
import Synchronization
import TestSupport
import Testing

@testable import RunnerStore

/// Files on their way to a socket, and the times of output.
struct StoredFileTransferTests {
  /// - Parameter isAppending: whether sendfile(2) refuses the first with EINVAL.
  private static func pair(isAppending: Bool = false) -> [CInt] {
    var numbers: [CInt] = [-1, -1]
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    _ = unsafe socketpair(AF_UNIX, kind, 0, &numbers)
    if isAppending { _ = fcntl(numbers[0], F_SETFL, O_NONBLOCK | O_APPEND) }
    return numbers
  }

  private static func step(
    _ file: any OutputFile, at offset: UInt64, _ count: Int, to socket: CInt
  ) async -> TransferStep {
    await withCheckedContinuation { done in
      file.transfer(at: offset, count: count, to: socket) { done.resume(returning: $0) }
    }
  }

  private static func file(_ store: SQLiteStore, _ bytes: [UInt8]) async throws -> any OutputFile {
    let file = store.outputStorage.create(JobID.random(), .stdout)
    #expect(await file.append(bytes) == bytes.count)
    #expect(file.isTransferable)
    return file
  }

  /// A pipe takes what it has room for, as a disk does that gets full.
  @Test(arguments: [(1, 0), (1 << 20, 1)])
  func `a new file that does not take all of the first write is removed`(
    _ byteCount: Int, _ removals: Int
  ) async throws {
    var ends: [CInt] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    defer { close(ends[0]) }
    #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let writer = ends[1]
    let removed = Mutex(0)
    let file = StoredFile(
      on: DiskThreads(), making: { writer }, removing: { removed.withLock { $0 += 1 } })
    let written = await file.append([UInt8](repeating: 1, count: byteCount))
    #expect((written == byteCount) == (removals == 0) && written > 0)
    #expect(removed.withLock(\.self) == removals)
    // What a further write does not find room for is said to its caller alone.
    _ = await file.append([UInt8](repeating: 1, count: 1 << 20))
    #expect(removed.withLock(\.self) == removals)
  }

  @Test(arguments: [false, true])
  func `a full socket takes no more, and goes on where it was, though sendfile is refused`(
    isRefused: Bool
  ) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
    let file = try await Self.file(try directory.open(), bytes)
    let sockets = Self.pair(isAppending: isRefused)
    defer { for socket in sockets { close(socket) } }
    var sent = 0
    var received: [UInt8] = []
    var fullCount = 0
    while sent < bytes.count {
      switch await Self.step(file, at: UInt64(sent), bytes.count - sent, to: sockets[0]) {
      case .sent(let count): sent += count
      case .full:
        fullCount += 1
        received += Self.readAll(sockets[1])
      case .failed: Issue.record("the transfer failed")
      }
    }
    received += Self.readAll(sockets[1])
    #expect(fullCount > 0 && received == bytes)
    #expect(await Self.step(file, at: UInt64(bytes.count), 1, to: sockets[0]) == .failed)
  }

  @Test(arguments: [false, true])
  func `a client that is gone fails the transfer, and no signal ends the process`(
    isRefused: Bool
  ) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let file = try await Self.file(try directory.open(), [UInt8](repeating: 1, count: 100_000))
    let sockets = Self.pair(isAppending: isRefused)
    close(sockets[1])
    defer { close(sockets[0]) }
    #expect(await Self.step(file, at: 0, 100_000, to: sockets[0]) == .failed)
  }

  /// sendfile(2) waits for room after a first part, which its client takes before it goes: the
  /// signal comes although bytes were sent.
  @Test func `a client that goes within a transfer leaves no signal behind`() async throws {
    let ignored = try #require(ProcessTable.status(getpid())?["SigIgn"])
    let mask = try #require(UInt64(ignored, radix: 16))
    #expect(mask & 1 << UInt64(SIGPIPE - 1) == 0, "it would end the process")
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let byteCount = 3_000_000
    let file = try await Self.file(try directory.open(), [UInt8](repeating: 1, count: byteCount))
    let sockets = Self.pair()
    defer { close(sockets[0]) }
    #expect(fcntl(sockets[0], F_SETFL, 0) == 0 && fcntl(sockets[1], F_SETFL, 0) == 0)
    async let step = Self.step(file, at: 0, byteCount, to: sockets[0])
    var byte: UInt8 = 0
    #expect(unsafe read(sockets[1], &byte, 1) == 1)
    close(sockets[1])
    guard case .sent(let count) = await step else { throw TestFailure("nothing was sent") }
    #expect((1..<byteCount).contains(count))
    // The same thread, and all others, go on.
    #expect(await Self.step(file, at: 0, 1, to: sockets[0]) == .failed)
  }

  private static func readAll(_ socket: CInt) -> [UInt8] {
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe read(socket, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return all }
      all += block[..<count]
    }
  }

  @Test func `times of output are kept until the job is forgotten`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job(["x"])
    _ = try await store.add(job, key: nil)
    var bytes: [UInt8] = []
    for number in [1000, 1, 1_800_000_000_000, 7] as [UInt64] {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    var rest = bytes[...]
    let times = try #require(OutputTimes(decoding: &rest))
    let storage = store.outputStorage
    #expect(await storage.times(of: job.id, .stdout) == nil)
    await storage.keep(stdout: OutputTimes(), stderr: times, of: job.id)
    #expect(await storage.times(of: job.id, .stdout) == OutputTimes())
    #expect(await storage.times(of: job.id, .stderr) == times)
    _ = try await store.end(SampleJobs.ended(job, after: 1, stdout: SampleJobs.bytes("x")))
    #expect(try await store.delete(job.id))
    #expect(await storage.times(of: job.id, .stderr) == nil)
  }
}
