internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The channel on which each new sandbox init sends its one report.
struct InitReports: ~Copyable {
  /// A sandbox that was built: its init, and the descriptors of the report.
  struct Report {
    /// Sandbox init, root of the scratch tmpfs, ruleset: those that `contents` names.
    let descriptors: JobDescriptors
    let contents: FactoryReply.Contents
  }

  private let pair: Channel.Pair
  private let poller: Poller

  /// Tokens of the poller.
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

  /// Waits for the report of a sandbox init, or its exit.
  ///
  /// - Throws: `LaunchStepFailure` that it reports, or of the step at which it ended.
  func receive(from started: consuming SandboxClone.InitProcess) throws(LaunchStepFailure) -> Report
  {
    let report: Channel.Message
    do throws(SystemCallFailure) {
      try poller.add(started.handle.fd, .read, token: Token.initProcess)
      let events = try poller.wait(timeoutMilliseconds: nil)
      poller.remove(started.handle.fd)
      guard events.contains(where: { $0.token == Token.report }) else {
        throw SystemCallFailure(call: "ppoll", code: ECHILD, object: "")
      }
      var buffer = [UInt8](repeating: 0, count: 64)
      guard let message = try pair.ours.receive(using: &buffer, waits: false) else {
        throw SystemCallFailure(call: "recvmsg", code: ECHILD, object: "")
      }
      report = message
    } catch {
      throw LaunchStepFailure(.sandboxReport, error)
    }
    if let fault = Self.fault(in: report.bytes) { throw fault }
    do throws(SystemCallFailure) {
      try Self.verifyNoCapability(of: started)
    } catch {
      throw LaunchStepFailure(.sandboxDrop, error)
    }
    var contents: FactoryReply.Contents = .initProcess
    if report.descriptors.fds.count > 0 { contents.insert(.scratchRoot) }
    if report.descriptors.fds.count > 1 { contents.insert(.ruleset) }
    report.descriptors.putFirst(started.handle)
    return Report(descriptors: report.descriptors, contents: contents)
  }

  /// Reads the capability sets of a sandbox init from outside, although it read them itself: what a
  /// process says of itself is no proof. The pidfd shows that the process id was still its own.
  private static func verifyNoCapability(
    of started: borrowing SandboxClone.InitProcess
  ) throws(SystemCallFailure) {
    let sets = try CapabilitySets.of(process: started.process)
    try checked("pidfd_send_signal", "sandbox init", linux_pidfd_send_signal(started.handle.fd, 0))
    guard sets.isEmpty else {
      throw SystemCallFailure(call: "capget", code: EPERM, object: "sandbox init")
    }
  }

  /// The fault that a `sandbox_report` carries; nil for success.
  private static func fault(in bytes: [UInt8]) -> LaunchStepFailure? {
    guard bytes.count == MemoryLayout<sandbox_report>.size else {
      return LaunchStepFailure(.sandboxReport, code: EPROTO)
    }
    var report = sandbox_report()
    // SAFETY: the report is four integers, for which any bytes are a value, and has the size that
    // was checked above.
    unsafe withUnsafeMutableBytes(of: &report) { unsafe $0.copyBytes(from: bytes) }
    guard report.step != 0 else { return nil }
    return LaunchStepFailure(
      LaunchStep(rawValue: report.step) ?? .sandboxReport, code: report.code, index: report.index)
  }
}
