internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// A process that settles one result, as the launcher sees it: a copy of the launcher, so that a
/// file system that does not answer holds up nothing else. It is killed when it is late.
final class ResultProcess {
  private let process: Descriptor
  private let channel: Channel
  private let requestID: UInt64
  /// Milliseconds of the monotonic clock.
  let deadline: Int64

  /// Milliseconds for a look and a removal, and for a file to reach the disk.
  private static let lookMilliseconds: Int64 = 10_000
  private static let publishMilliseconds: Int64 = 900_000

  /// Starts it. The caller has one thread.
  init(_ task: ResultTask, now: Int64) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let copied = launch_copy(pair.theirs.fd)
    if copied == 0 { Self.serve(task) }
    let pid = try checked("clone3", copied)
    process = Descriptor(adopting: try checked("pidfd_open", linux_pidfd_open(pid)))
    channel = pair.keepOurs()
    requestID = task.request.requestID
    deadline =
      now + (task.request.action == .publish ? Self.publishMilliseconds : Self.lookMilliseconds)
  }

  /// The life of the child. Its copies of the launcher's descriptors are closed already.
  private static func serve(_ task: ResultTask) -> Never {
    let channel = Channel(adopting: Descriptor(adopting: HelperProgram.channelFD))
    do {
      try channel.send(Reply.settled(task.run()).bytes)
      _exit(0)
    } catch {
      _exit(EX_SOFTWARE)
    }
  }

  /// Readable when the reply has arrived, or the process has exited without one.
  var channelFD: CInt { channel.fd }

  func kill() { _ = linux_pidfd_send_signal(process.fd, SIGKILL) }

  /// What it did; `failed` with ECHILD where it ended before it said so.
  func reply() -> ResultReply {
    var buffer = [UInt8](repeating: 0, count: Reply.bytesMax)
    do {
      guard let message = try channel.receive(using: &buffer, waits: false),
        case .settled(let reply) = try Reply(message.bytes), reply.requestID == requestID
      else { return ResultReply(requestID: requestID, .failed, code: ECHILD) }
      return reply
    } catch {
      return ResultReply(requestID: requestID, .failed, code: ECHILD)
    }
  }
}
