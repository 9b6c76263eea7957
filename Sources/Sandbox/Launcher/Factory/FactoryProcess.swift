internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The sandbox factory, as its parent, the launcher, sees it. Replies arrive in the order of the
/// requests.
struct FactoryProcess: ~Copyable {
  let pid: Int32
  /// The empty network namespace that sandboxes of that spec share.
  let network: Descriptor
  private let channel: Channel

  /// Why no sandbox can be built from a spec.
  struct Refusal: Error {
    let fault: LaunchStepFailure
    /// The path in the tree with the kernel's error text; may be empty.
    let object: String
  }

  /// Starts the factory, and waits until it is ready.
  ///
  /// - Parameter initFilter: what its sandbox inits load.
  init(
    _ startArguments: SandboxFactory.StartArguments, initFilter: [BPFInstruction]
  ) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let program = try HelperProgram(path: "/proc/self/exe")
    let pid = try program.start(
      channel: pair.theirs,
      arguments: ["http-runner-launcher", "prepare"] + startArguments.arguments)
    let channel = pair.keepOurs()
    try channel.send(FactoryRequest.initFilter(initFilter).bytes)
    var buffer = [UInt8](repeating: 0, count: FactoryReply.bytesMax)
    guard let hello = try channel.receive(using: &buffer, waits: true),
      let network = hello.descriptors.removeFirst()
    else { throw SystemCallFailure(call: "recvmsg", code: ECONNRESET, object: "the factory") }
    self.pid = pid
    self.channel = channel
    self.network = network
  }

  /// Readable when a reply has arrived or the factory has exited.
  var channelFD: CInt { channel.fd }

  /// Whether the factory has exited, and every sandbox with it. The kernel signals its children
  /// (PR_SET_PDEATHSIG) before it becomes waitable, so a launcher that reaped one of them sees this
  /// too. Its channel may stay open for longer, in a sandbox init that was being cloned. WNOWAIT
  /// leaves it to be reaped.
  var hasExited: Bool {
    // SAFETY: waitid(2) writes one siginfo_t, a local variable of zeros; si_signo stays 0 where no
    // child is waitable.
    var found = unsafe siginfo_t()
    let answer = unsafe waitid(P_PID, id_t(pid), &found, WEXITED | WNOHANG | WNOWAIT)
    return unsafe answer != 0 || found.si_signo != 0
  }

  /// Has the root template of a spec built, and waits for the reply.
  func addSpec(_ spec: SandboxSpec) throws {
    try sendSpec(spec)
    guard let delivery = try receiveReply(waits: true) else { throw Self.gone }
    if let fault = delivery.reply.fault {
      throw Refusal(fault: fault, object: delivery.reply.object)
    }
  }

  /// Has the root template of a spec built; the reply arrives later.
  func sendSpec(_ spec: SandboxSpec) throws(SystemCallFailure) {
    try channel.send(FactoryRequest.spec(spec).bytes)
  }

  func retireSpec(_ specIndex: Int) throws(SystemCallFailure) {
    try channel.send(FactoryRequest.retire(specIndex: UInt32(specIndex)).bytes)
  }

  /// Requests one sandbox; it arrives as a `Delivery`.
  func requestSandbox(_ specIndex: Int) throws(SystemCallFailure) {
    try channel.send(FactoryRequest.sandbox(specIndex: UInt32(specIndex)).bytes)
  }

  /// Requests the path mounter of a spec; it arrives as a `Delivery`.
  func requestMounter(_ specIndex: Int) throws(SystemCallFailure) {
    try channel.send(FactoryRequest.mounter(specIndex: UInt32(specIndex)).bytes)
  }

  /// One reply, with what came with it.
  struct Delivery {
    let reply: FactoryReply
    let sandbox: PrebuiltSandbox?
    let mounter: PathMounterProcess?

    /// Whether it answers `requestMounter`.
    var isOfMounter: Bool { mounter != nil || reply.contents.contains(.noMounter) }
  }

  private static let gone = SystemCallFailure(
    call: "recvmsg", code: ECONNRESET, object: "the factory")

  /// Receives one reply.
  ///
  /// - Returns: nil when no reply has arrived.
  /// - Throws: `SystemCallFailure` when the factory has exited, `WireError` for a malformed reply.
  func receiveReply(waits: Bool) throws -> Delivery? {
    var buffer = [UInt8](repeating: 0, count: FactoryReply.bytesMax)
    let message: Channel.Message
    do throws(SystemCallFailure) {
      guard let received = try channel.receive(using: &buffer, waits: waits) else {
        throw Self.gone
      }
      message = received
    } catch {
      guard error.code == EAGAIN else { throw error }
      return nil
    }
    let reply = try FactoryReply(message.bytes)
    let descriptors = message.descriptors
    if descriptors.areLost {
      // The table of this process is full. The init ends with the factory.
      let fault = LaunchStepFailure(.descriptors, code: EMFILE)
      return Delivery(
        reply: FactoryReply(specIndex: reply.specIndex, fault: fault), sandbox: nil, mounter: nil)
    }
    let count = descriptors.fds.count
    guard count == reply.contents.subtracting(.noMounter).rawValue.nonzeroBitCount else {
      throw WireError.wrongDescriptorCount(count)
    }
    if reply.contents == [.mounterProcess, .mounterChannel] {
      guard let process = descriptors.removeFirst(), let end = descriptors.removeFirst() else {
        throw WireError.wrongDescriptorCount(count)
      }
      let mounter = PathMounterProcess(process: process, channel: Channel(adopting: end))
      return Delivery(reply: reply, sandbox: nil, mounter: mounter)
    }
    return Delivery(reply: reply, sandbox: Self.sandbox(reply, descriptors), mounter: nil)
  }

  private static func sandbox(_ reply: FactoryReply, _ descriptors: JobDescriptors)
    -> PrebuiltSandbox?
  {
    guard reply.contents.contains(.initProcess), let initProcess = descriptors.removeFirst() else {
      return nil
    }
    let next = { (part: FactoryReply.Contents) -> SharedDescriptor? in
      guard reply.contents.contains(part), let descriptor = descriptors.removeFirst() else {
        return nil
      }
      return SharedDescriptor(descriptor)
    }
    let scratchRoot = next(.scratchRoot)
    let ruleset = next(.ruleset)
    return PrebuiltSandbox(
      specIndex: Int(reply.specIndex), initProcess: initProcess, scratchRoot: scratchRoot,
      ruleset: ruleset)
  }

  /// Closes the channel and waits until the factory has exited.
  func finish() {
    _ = shutdown(channel.fd, CInt(SHUT_RDWR))
    // SAFETY: wait4(2) writes one linux_child_end, which is a local variable.
    var end = linux_child_end()
    _ = unsafe linux_wait4(pid, &end)
  }
}
