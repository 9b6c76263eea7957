internal import Glibc
internal import SandboxBase

/// Replies that are sent in order; those that the socket cannot take yet are queued (backpressure).
struct ReplyQueue {
  private var waiting: [(bytes: [UInt8], descriptors: JobDescriptors?)] = []
  private var isArmed = false
  private let token: UInt64

  /// Queued replies at most; beyond that the service process counts as dead.
  private static let waitingMax = 16_384

  /// An empty queue.
  ///
  /// - Parameter token: the token of the channel in the poller.
  init(token: UInt64) {
    self.token = token
  }

  /// Sends a reply, or queues it where the channel is full.
  ///
  /// - Parameter descriptors: what goes with it; closed here once it went.
  mutating func send(
    _ reply: Reply, with descriptors: JobDescriptors? = nil, on channel: borrowing Channel,
    _ poller: Poller
  ) throws(SystemCallFailure) {
    waiting.append((reply.bytes, descriptors))
    try flush(on: channel, poller)
  }

  /// Sends what the socket takes, and arms the poller for the rest.
  mutating func flush(on channel: borrowing Channel, _ poller: Poller) throws(SystemCallFailure) {
    var sent = 0
    defer { waiting.removeFirst(sent) }
    do throws(SystemCallFailure) {
      while sent < waiting.count {
        let next = waiting[sent]
        try channel.send(next.bytes, descriptors: next.descriptors?.fds ?? [])
        sent += 1
      }
      if isArmed { try poller.change(channel.fd, .read, token: token) }
      isArmed = false
    } catch {
      // The service process has exited: the poller reports that as an event.
      guard error.code != EPIPE else {
        sent = waiting.count
        return
      }
      guard error.code == EAGAIN, waiting.count < Self.waitingMax else { throw error }
      try poller.change(channel.fd, [.read, .write], token: token)
      isArmed = true
    }
  }
}
