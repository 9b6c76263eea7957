internal import CLaunch
internal import CLinux
internal import Glibc

/// The factory as the launcher sees it: what makes sandboxes, in the order in which they are asked
/// for.
struct FactoryProcess: ~Copyable {
  let pid: Int32
  /// The empty network namespace that sandboxes of that spec share.
  let network: Descriptor
  private let channel: Channel

  /// Why a sandbox spec cannot be had.
  struct Refusal: Error {
    let fault: LaunchFault
    /// The part of the tree that it is about, with the kernel's words; may be empty.
    let object: String
  }

  init(_ startArguments: SandboxFactory.StartArguments) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let program = try HelperProgram(path: "/proc/self/exe")
    let pid = try program.start(
      channel: pair.theirs,
      arguments: ["http-runner-launcher", "prepare"] + startArguments.arguments)
    let channel = pair.keepOurs()
    var buffer = [UInt8](repeating: 0, count: FactoryReply.bytesMax)
    guard let hello = try channel.receive(using: &buffer, waits: true),
      let network = hello.descriptors.first
    else { throw SystemCallFailure(call: "recvmsg", code: ECONNRESET, object: "the factory") }
    self.pid = pid
    self.channel = channel
    self.network = Descriptor(adopting: network)
  }

  /// Becomes readable when a sandbox is there, or when the factory is gone.
  var channelFD: CInt { channel.fd }

  /// Whether it has ended, and its sandboxes with it. Its children are told of its end while it becomes
  /// one that can be waited for: so whoever saw one of those die sees this, too. (Its channel may
  /// stay open for longer, in a sandbox init that was being born.) It stays to be reaped, unless that was
  /// done with the jobs.
  var hasExited: Bool {
    var found = unsafe siginfo_t()
    let answer = unsafe waitid(P_PID, id_t(pid), &found, WEXITED | WNOHANG | WNOWAIT)
    return unsafe answer != 0 || found.si_signo != 0
  }

  /// Has the tree of a spec built, and waits for it.
  func addSpec(_ spec: SandboxSpec) throws {
    try sendSpec(spec)
    guard let delivery = try receiveReply(waits: true) else { throw Self.gone }
    if let fault = delivery.reply.fault {
      throw Refusal(fault: fault, object: delivery.reply.object)
    }
  }

  /// Has the tree of a spec built; the answer comes when it is.
  func sendSpec(_ spec: SandboxSpec) throws(SystemCallFailure) {
    try channel.send(FactoryRequest.spec(spec).bytes)
  }

  func retireSpec(_ specIndex: Int) throws(SystemCallFailure) {
    try channel.send(FactoryRequest.retire(specIndex: UInt32(specIndex)).bytes)
  }

  /// Asks for one sandbox; it comes when it is ready.
  func requestSandbox(_ specIndex: Int) throws(SystemCallFailure) {
    try channel.send(FactoryRequest.sandbox(specIndex: UInt32(specIndex)).bytes)
  }

  /// What came.
  struct Delivery {
    let reply: FactoryReply
    let sandbox: PrebuiltSandbox?
  }

  private static let gone = SystemCallFailure(
    call: "recvmsg", code: ECONNRESET, object: "the factory")

  /// - Returns: nil when nothing has come.
  /// - Throws: when the factory is gone: its sandboxes are, too.
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
    let bytes = message.bytes
    let descriptors = message.descriptors
    let reply = try FactoryReply(bytes)
    let wanted = reply.contents.rawValue.nonzeroBitCount
    guard descriptors.count == wanted else {
      message.closeDescriptors()
      throw WireError.wrongDescriptorCount(descriptors.count)
    }
    return Delivery(reply: reply, sandbox: Self.sandbox(reply, descriptors))
  }

  private static func sandbox(_ reply: FactoryReply, _ descriptors: [CInt]) -> PrebuiltSandbox? {
    guard reply.contents.contains(.initProcess) else { return nil }
    var rest = descriptors[...]
    let initProcess = Descriptor(adopting: rest.removeFirst())
    let next = { (part: FactoryReply.Contents) -> SharedDescriptor? in
      guard reply.contents.contains(part), let fd = rest.popFirst() else { return nil }
      return SharedDescriptor(Descriptor(adopting: fd))
    }
    let workFolder = next(.workFolder)
    let ruleset = next(.ruleset)
    return PrebuiltSandbox(
      specIndex: Int(reply.specIndex), initProcess: initProcess, workFolder: workFolder,
      ruleset: ruleset)
  }

  /// Lets it go, and waits until it has.
  func finish() {
    _ = shutdown(channel.fd, CInt(SHUT_RDWR))
    var end = linux_child_end()
    _ = unsafe linux_wait4(pid, &end)
  }
}
