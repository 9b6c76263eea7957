internal import CLaunch
internal import CLinux
internal import Glibc

/// The channel on which each new sandbox init sends its one report.
struct InitReports: ~Copyable {
  /// A sandbox that was built: its init, and the descriptors of the report.
  struct Report {
    /// Sandbox init, root of the scratch tmpfs, ruleset: those that `contents` names.
    let descriptors: [CInt]
    let contents: FactoryReply.Contents

    func close() {
      for fd in descriptors { _ = Glibc.close(fd) }
    }
  }

  private let pair: Channel.Pair
  private let poller: Poller

  private enum Token {
    static let report: UInt64 = 0
    static let initProcess: UInt64 = 1
  }

  init() throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let poller = try Poller()
    try poller.add(pair.ours.fd, .read, token: Token.report)
    self.pair = pair
    self.poller = poller
  }

  /// The descriptor that the next sandbox init inherits and reports to.
  var initEnd: CInt { pair.theirs.fd }

  /// The factory's end, which a sandbox init inherits and must close.
  var factoryEnd: CInt { pair.ours.fd }

  /// Waits for the report of `initProcess`, or its exit.
  func receive(from initProcess: consuming Descriptor) throws(LaunchFault) -> Report {
    let bytes: [UInt8]
    let received: [CInt]
    do throws(SystemCallFailure) {
      try poller.add(initProcess.fd, .read, token: Token.initProcess)
      let events = try poller.wait(timeoutMilliseconds: nil)
      poller.remove(initProcess.fd)
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
      throw LaunchFault(.sandboxReport, error)
    }
    if let fault = Self.fault(in: bytes) {
      Report(descriptors: received, contents: []).close()
      throw fault
    }
    var contents: FactoryReply.Contents = .initProcess
    if received.count > 0 { contents.insert(.scratchRoot) }
    if received.count > 1 { contents.insert(.ruleset) }
    return Report(descriptors: [initProcess.surrender()] + received, contents: contents)
  }

  /// The fault that a `sandbox_report` carries; nil for success.
  private static func fault(in bytes: [UInt8]) -> LaunchFault? {
    guard bytes.count == MemoryLayout<sandbox_report>.size else {
      return LaunchFault(.sandboxReport, code: EPROTO)
    }
    var report = sandbox_report()
    unsafe withUnsafeMutableBytes(of: &report) { unsafe $0.copyBytes(from: bytes) }
    guard report.step != 0 else { return nil }
    return LaunchFault(
      LaunchStep(rawValue: report.step) ?? .sandboxReport, code: report.code, index: report.index)
  }
}
