internal import CLaunch
internal import CLinux
internal import Glibc

/// The channel that new holders report through, one after the other.
struct HolderReports: ~Copyable {
  /// A cell that stands: its holder, and what came with its report.
  struct Made {
    /// Holder, working folder, ruleset: those that `contents` names.
    let descriptors: [CInt]
    let contents: PreparerReply.Contents

    func close() {
      for number in descriptors { _ = Glibc.close(number) }
    }
  }

  private let pair: Channel.Pair
  private let poller: Poller

  private enum Token {
    static let report: UInt64 = 0
    static let holder: UInt64 = 1
  }

  init() throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let poller = try Poller()
    try poller.add(pair.ours.number, .read, token: Token.report)
    self.pair = pair
    self.poller = poller
  }

  /// The descriptor that the next holder inherits and reports to.
  var holdersEnd: CInt { pair.theirs.number }

  /// Our own, which a holder must not keep.
  var preparersEnd: CInt { pair.ours.number }

  /// Waits for the one message of `holder`, or its end.
  func take(of holder: consuming Descriptor) throws(LaunchFault) -> Made {
    let bytes: [UInt8]
    let received: [CInt]
    do throws(SystemCallFailure) {
      try poller.add(holder.number, .read, token: Token.holder)
      let events = try poller.wait(timeoutMilliseconds: nil)
      poller.remove(holder.number)
      guard events.contains(where: { $0.token == Token.report }) else {
        throw SystemCallFailure(call: "ppoll", code: ECHILD, object: "")
      }
      var buffer = [UInt8](repeating: 0, count: 64)
      guard let message = try pair.ours.receive(using: &buffer, waits: false) else {
        throw SystemCallFailure(call: "recvmsg", code: ECHILD, object: "")
      }
      bytes = message.bytes
      received = message.descriptors
    } catch {
      throw LaunchFault(.cellReport, error)
    }
    if let fault = Self.fault(in: bytes) {
      Made(descriptors: received, contents: []).close()
      throw fault
    }
    var contents: PreparerReply.Contents = .holder
    if received.count > 0 { contents.insert(.workFolder) }
    if received.count > 1 { contents.insert(.ruleset) }
    return Made(descriptors: [holder.surrender()] + received, contents: contents)
  }

  /// What a `cell_report` says, if it is not that all is well.
  private static func fault(in bytes: [UInt8]) -> LaunchFault? {
    guard bytes.count == MemoryLayout<cell_report>.size else {
      return LaunchFault(.cellReport, code: EPROTO)
    }
    var report = cell_report()
    unsafe withUnsafeMutableBytes(of: &report) { unsafe $0.copyBytes(from: bytes) }
    guard report.step != 0 else { return nil }
    return LaunchFault(
      LaunchStep(rawValue: report.step) ?? .cellReport, code: report.code, index: report.index)
  }
}
