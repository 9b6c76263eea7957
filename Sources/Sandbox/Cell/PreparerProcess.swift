internal import CLaunch
internal import CLinux
internal import Glibc

/// The preparer as the launcher sees it: what makes cells, in the order in which they are asked
/// for.
struct PreparerProcess: ~Copyable {
  let pid: Int32
  /// The empty network namespace that cells of that kind share.
  let network: Descriptor
  private let channel: Channel

  /// Why a kind of cell cannot be had.
  struct Refusal: Error {
    let fault: LaunchFault
    /// The part of the tree that it is about, with the kernel's words; may be empty.
    let object: String
  }

  init(_ charge: Preparer.Charge) throws(SystemCallFailure) {
    let pair = try Channel.pair()
    let program = try HelperProgram(path: "/proc/self/exe")
    let pid = try program.start(
      channel: pair.theirs, arguments: ["http-runner-launcher", "prepare"] + charge.arguments)
    let channel = pair.keepOurs()
    var buffer = [UInt8](repeating: 0, count: PreparerReply.bytesMax)
    guard let hello = try channel.receive(using: &buffer, waits: true),
      let network = hello.descriptors.first
    else { throw SystemCallFailure(call: "recvmsg", code: ECONNRESET, object: "the preparer") }
    self.pid = pid
    self.channel = channel
    self.network = Descriptor(adopting: network)
  }

  /// Becomes readable when a cell is there, or when the preparer is gone.
  var channelNumber: CInt { channel.number }

  /// Whether it has ended, and its cells with it. Its children are told of its end while it becomes
  /// one that can be waited for: so whoever saw one of those die sees this, too. (Its channel may
  /// stay open for longer, in a holder that was being born.) It stays to be reaped, unless that was
  /// done with the jobs.
  var isGone: Bool {
    var found = unsafe siginfo_t()
    let answer = unsafe waitid(P_PID, id_t(pid), &found, WEXITED | WNOHANG | WNOWAIT)
    return unsafe answer != 0 || found.si_signo != 0
  }

  /// Has the tree of a kind built, and waits for it.
  func add(_ kind: CellKind) throws {
    try announce(kind)
    guard let arrival = try next(waits: true) else { throw Self.gone }
    if let fault = arrival.reply.fault {
      throw Refusal(fault: fault, object: arrival.reply.object)
    }
  }

  /// Has the tree of a kind built; the answer comes when it is.
  func announce(_ kind: CellKind) throws(SystemCallFailure) {
    try channel.send(PreparerRequest.kind(kind).bytes)
  }

  func forget(_ kind: Int) throws(SystemCallFailure) {
    try channel.send(PreparerRequest.forget(kind: UInt32(kind)).bytes)
  }

  /// Asks for one cell; it comes when it is ready.
  func order(_ kind: Int) throws(SystemCallFailure) {
    try channel.send(PreparerRequest.cell(kind: UInt32(kind)).bytes)
  }

  /// What came.
  struct Arrival {
    let reply: PreparerReply
    let cell: Cell?
  }

  private static let gone = SystemCallFailure(
    call: "recvmsg", code: ECONNRESET, object: "the preparer")

  /// - Returns: nil when nothing has come.
  /// - Throws: when the preparer is gone: its cells are, too.
  func next(waits: Bool) throws -> Arrival? {
    var buffer = [UInt8](repeating: 0, count: PreparerReply.bytesMax)
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
    let reply = try PreparerReply(bytes)
    let wanted = reply.contents.rawValue.nonzeroBitCount
    guard descriptors.count == wanted else {
      message.closeDescriptors()
      throw WireError.wrongDescriptorCount(descriptors.count)
    }
    return Arrival(reply: reply, cell: Self.cell(reply, descriptors))
  }

  private static func cell(_ reply: PreparerReply, _ descriptors: [CInt]) -> Cell? {
    guard reply.contents.contains(.holder) else { return nil }
    var rest = descriptors[...]
    let holder = Descriptor(adopting: rest.removeFirst())
    let next = { (part: PreparerReply.Contents) -> SharedDescriptor? in
      guard reply.contents.contains(part), let number = rest.popFirst() else { return nil }
      return SharedDescriptor(Descriptor(adopting: number))
    }
    let workFolder = next(.workFolder)
    let ruleset = next(.ruleset)
    return Cell(
      kind: Int(reply.kind), holder: holder, workFolder: workFolder, ruleset: ruleset)
  }

  /// Lets it go, and waits until it has.
  func finish() {
    _ = shutdown(channel.number, CInt(SHUT_RDWR))
    var end = linux_child_end()
    _ = unsafe linux_wait_for(pid, &end)
  }
}
