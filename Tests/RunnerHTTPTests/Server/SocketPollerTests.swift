import Glibc
import Synchronization
import SystemBase
import Testing

@testable import RunnerHTTP

/// Suspension of connections whose sockets wait for their clients.
struct SocketPollerTests {
  /// How often a connection was suspended and resumed.
  private final class Counts: Sendable {
    let suspended = Atomic<Int>(0)
    let resumed = Atomic<Int>(0)
    var both: [Int] {
      [suspended.load(ordering: .relaxed), resumed.load(ordering: .relaxed)]
    }
  }

  private static func pair() -> (near: SharedDescriptor, far: SharedDescriptor) {
    var numbers: [CInt] = [-1, -1]
    _ = unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &numbers)
    return (SharedDescriptor(adopting: numbers[0]), SharedDescriptor(adopting: numbers[1]))
  }

  private static func wait(
    _ poller: SocketPoller, _ handle: UInt, on descriptor: CInt, _ counts: Counts
  ) {
    poller.wait(
      for: handle, on: descriptor,
      suspend: { counts.suspended.add(1, ordering: .relaxed) },
      resume: { counts.resumed.add(1, ordering: .relaxed) })
  }

  @Test func `each suspension ends once, by bytes or by the end of the connection`() throws {
    let poller = try SocketPoller()
    let counts = Counts()
    let (near, far) = Self.pair()
    for round in 1...3 {
      Self.wait(poller, 7, on: near.fd, counts)
      poller.resumeReady()
      #expect(counts.both == [round, round - 1], "there is nothing to read yet")
      _ = unsafe send(far.fd, "x", 1, 0)
      poller.resumeReady()
      poller.resumeReady()
      #expect(counts.both == [round, round])
      var byte: UInt8 = 0
      _ = unsafe recv(near.fd, &byte, 1, 0)
    }
    Self.wait(poller, 7, on: near.fd, counts)
    _ = shutdown(near.fd, CInt(SHUT_RDWR))
    poller.resumeReady()
    #expect(counts.both == [4, 4])
  }

  @Test func `without a connection the watchdog still resumes what waits`() async throws {
    let watchdog = try Watchdog(table: ConnectionTable(), settings: HTTPSettings()) { _, _, _ in }
    try watchdog.start()
    defer { watchdog.stop() }
    let (near, far) = Self.pair()
    await withCheckedContinuation { resumed in
      watchdog.sockets.wait(for: 7, on: near.fd, suspend: {}, resume: { resumed.resume() })
      _ = unsafe send(far.fd, "x", 1, 0)
    }
  }

  @Test func `all of many that are readable at once are resumed, and only those`() throws {
    let poller = try SocketPoller()
    let counts = Counts()
    var kept: [SharedDescriptor] = []
    for handle in 1...200 as ClosedRange<UInt> {
      let (near, far) = Self.pair()
      if handle <= 150 { _ = unsafe send(far.fd, "x", 1, 0) }
      Self.wait(poller, handle, on: near.fd, counts)
      kept += [near, far]
    }
    poller.resumeReady()
    #expect(counts.both == [200, 150])
    poller.close()
    #expect(counts.both == [200, 200])
    // A server that stops must find none suspended.
    Self.wait(poller, 201, on: kept[0].fd, counts)
    #expect(counts.both == [200, 200])
  }

  @Test func `what cannot be watched is resumed at once, and where it waits for room never`() throws
  {
    let poller = try SocketPoller()
    let counts = Counts()
    Self.wait(poller, 1, on: -1, counts)
    #expect(counts.both == [1, 1])
    let isWatched = poller.wait(
      for: 1, on: -1, until: .writable, suspend: {},
      resume: { counts.resumed.add(1, ordering: .relaxed) })
    #expect(!isWatched && counts.both == [1, 1])
  }
}
