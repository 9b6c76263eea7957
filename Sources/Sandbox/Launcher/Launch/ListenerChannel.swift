internal import Glibc
internal import SandboxBase
internal import SystemBase

/// How the listener of a notifying filter comes from the child to the launcher.
final class ListenerChannel {
  private let pair: Channel.Pair

  init() throws(LaunchStepFailure) {
    do throws(SystemCallFailure) {
      self.pair = try Channel.pair()
    } catch {
      throw LaunchStepFailure(.listener, error)
    }
  }

  var childsEnd: CInt { pair.theirs.fd }

  /// After the launch: the listener has been sent, or there is none.
  func receiveListener(judgedBy filter: [BPFInstruction]) throws(LaunchStepFailure)
    -> SeccompListener
  {
    do throws(SystemCallFailure) {
      var buffer = [UInt8](repeating: 0, count: 8)
      guard let message = try pair.ours.receive(using: &buffer, waits: false),
        let listener = message.descriptors.removeFirst()
      else { throw SystemCallFailure(call: "recvmsg", code: EPROTO, object: "") }
      return SeccompListener(listener: listener, filter: filter)
    } catch {
      throw LaunchStepFailure(.listener, error)
    }
  }
}
