internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The path mounter of one spec, as the launcher sees it.
final class PathMounterProcess {
  private let process: Descriptor
  private let channel: Channel

  init(process: consuming Descriptor, channel: consuming Channel) {
    self.process = process
    self.channel = channel
  }

  /// Readable when a reply has arrived or the mounter has exited.
  var channelFD: CInt { channel.fd }

  /// Whether it has exited: one that was killed while a file system kept it may take its time.
  var hasExited: Bool {
    // SAFETY: poll(2) reads and writes one struct pollfd, which is a local variable.
    var wanted = pollfd(fd: process.fd, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wanted, 1, 0) > 0
  }

  func kill() { _ = linux_pidfd_send_signal(process.fd, SIGKILL) }

  /// Has every path mounted into a sandbox; the reply arrives later.
  func requestMounts(in sandbox: PrebuiltSandbox) throws(SystemCallFailure) {
    let ruleset = sandbox.ruleset.map { [$0.fd] } ?? []
    try channel.send(
      PathMounterRequest.mount.bytes, descriptors: [sandbox.initProcess.fd] + ruleset)
  }

  /// Has every path looked at; the reply arrives later.
  func requestProbe() throws(SystemCallFailure) {
    try channel.send(PathMounterRequest.probe.bytes)
  }

  enum ReceiveResult {
    case reply(PathMounterReply)
    case nothing
    case exited
  }

  func receiveReply() throws -> ReceiveResult {
    var buffer = [UInt8](repeating: 0, count: PathMounterReply.bytesMax)
    do throws(SystemCallFailure) {
      guard let message = try channel.receive(using: &buffer, waits: false) else { return .exited }
      return .reply(try Self.reply(message.bytes))
    } catch {
      if error.code == EAGAIN { return .nothing }
      if error.code == ECONNRESET { return .exited }
      throw error
    }
  }

  private static func reply(_ bytes: [UInt8]) throws(SystemCallFailure) -> PathMounterReply {
    do throws(WireError) {
      return try PathMounterReply(bytes)
    } catch {
      throw SystemCallFailure(call: "recvmsg", code: EPROTO, object: "the path mounter")
    }
  }
}
