internal import Glibc

/// How the listener of a notifying filter comes from the child to the launcher.
final class ListenerChannel {
  private let pair: Channel.Pair

  init() throws(LaunchFault) {
    do throws(SystemCallFailure) {
      self.pair = try Channel.pair()
    } catch {
      throw LaunchFault(.listener, error)
    }
  }

  var childsEnd: CInt { pair.theirs.number }

  /// After the launch: the listener has been sent, or there is none.
  func watch(by filter: [BPFInstruction]) throws(LaunchFault) -> RefusalWatch {
    do throws(SystemCallFailure) {
      var buffer = [UInt8](repeating: 0, count: 8)
      guard let message = try pair.ours.receive(using: &buffer, waits: false),
        let listener = message.descriptors.first
      else { throw SystemCallFailure(call: "recvmsg", code: EPROTO, object: "") }
      return RefusalWatch(listener: Descriptor(adopting: listener), filter: filter)
    } catch {
      throw LaunchFault(.listener, error)
    }
  }
}
