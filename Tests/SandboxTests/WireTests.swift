import Sandbox
import Testing

@Suite struct WireTests {
  static let policy = LaunchPolicy(
    identities: IdentityRange(first: 100_000, last: 100_100)!,
    fixedIdentity: FixedIdentity(uid: 33, gid: 34), limits: ResourceLimits().all,
    wallClockSeconds: 7, graceMilliseconds: 1500, workRoot: "/var/lib/x",
    filter: [BPFInstruction(code: 6, jumpTrue: 1, jumpFalse: 255, k: 0x7fff_0000)])

  static let requests: [Request] = [
    .policy(policy), .entry("/usr/bin/ffmpeg"), .seal,
    .launch(LaunchRequest(number: 1 << 40, entry: 3, arguments: ArgumentList(["a", "", "é"])!)),
    .launch(LaunchRequest(number: 1, entry: 0, arguments: ArgumentList([])!)), .terminate(9),
  ]

  static let replies: [Reply] = [
    .sealed("fine"), .refused("no"), .launched(5),
    .failed(6, LaunchFault(.exec, code: 2, index: 1)),
    .ended(
      7,
      ProcessEnd(
        isSignal: true, value: 9, cause: .wallClock, userMicroseconds: 1, systemMicroseconds: 2,
        peakMemoryKibibytes: 3)),
  ]

  private func read(_ bytes: [UInt8]) throws -> Request {
    var cursor = WireCursor(bytes)
    let code = try cursor.u32()
    guard let kind = Request.Kind(rawValue: code) else { throw WireError.unknownKind(code) }
    return try Request.read(kind, from: &cursor)
  }

  @Test(arguments: requests) func `every request reads back as it was written`(
    _ request: Request
  ) throws {
    #expect(try read(request.bytes) == request)
  }

  @Test(arguments: replies) func `every reply reads back as it was written`(_ reply: Reply) throws {
    #expect(try Reply(reply.bytes) == reply)
  }

  @Test(arguments: requests) func `a request cut anywhere or longer by a byte is refused`(
    _ request: Request
  ) {
    let bytes = request.bytes
    for count in bytes.indices {
      #expect(throws: WireError.self) { try read(Array(bytes.prefix(count))) }
    }
    #expect(throws: WireError.trailing(1)) { try read(bytes + [0]) }
  }

  @Test(arguments: replies) func `a reply cut anywhere or longer by a byte is refused`(
    _ reply: Reply
  ) {
    let bytes = reply.bytes
    for count in bytes.indices {
      #expect(throws: WireError.self) { try Reply(Array(bytes.prefix(count))) }
    }
    #expect(throws: WireError.trailing(1)) { try Reply(bytes + [0]) }
  }

  @Test func `a policy with root as its account, or no limit of time, cannot be read`() {
    var bytes = Request.policy(Self.policy).bytes
    bytes.replaceSubrange(12..<16, with: [0, 0, 0, 0])  // The fixed uid.
    #expect(throws: WireError.badValue("fixed identity")) { try read(bytes) }
    bytes = Request.policy(Self.policy).bytes
    bytes.replaceSubrange(20..<24, with: [0, 0, 0, 0])  // The wall clock.
    #expect(throws: WireError.badValue("wall clock")) { try read(bytes) }
    bytes = Request.policy(Self.policy).bytes
    bytes.replaceSubrange(4..<8, with: [0, 0, 0, 0])  // The first id.
    #expect(throws: WireError.badValue("identities")) { try read(bytes) }
  }

  @Test func `arguments whose count and bytes disagree are refused`() {
    let launch = Request.launch(
      LaunchRequest(number: 1, entry: 0, arguments: ArgumentList(["a", "b"])!))
    var bytes = launch.bytes
    bytes[16] = 3
    #expect(throws: WireError.badValue("arguments")) { try read(bytes) }
    bytes = launch.bytes
    bytes[bytes.count - 1] = 1
    #expect(throws: WireError.badValue("arguments")) { try read(bytes) }
  }

  @Test func `requests come in one order, and what comes early, late or twice is refused`() throws {
    var gate = RequestGate()
    for early in [2, 3, 4, 5] as [UInt32] {
      #expect(throws: WireError.notPermitted(early)) { try gate.admit(early) }
    }
    #expect(throws: WireError.unknownKind(0)) { try gate.admit(0) }
    #expect(throws: WireError.unknownKind(6)) { try gate.admit(6) }
    _ = try gate.admit(1)
    #expect(throws: WireError.notPermitted(1)) { try gate.admit(1) }
    #expect(throws: WireError.notPermitted(3)) { try gate.admit(3) }
    _ = try gate.admit(2)
    _ = try gate.admit(2)
    _ = try gate.admit(3)
    for late in [1, 2, 3] as [UInt32] {
      #expect(throws: WireError.notPermitted(late)) { try gate.admit(late) }
    }
    _ = try gate.admit(4)
    _ = try gate.admit(5)
  }
}
