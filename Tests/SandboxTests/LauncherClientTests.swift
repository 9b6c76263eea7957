import Glibc
@testable import SandboxBase
@testable import SandboxClient
@testable import SandboxLauncher
import SharedBounds
import Synchronization
import SystemBase
import Testing

/// The client's loop, with a launcher that runs nothing: a test holds its end of the channel.
@Suite(.timeLimit(.minutes(30)))
struct LauncherClientTests {
  /// Takes output up to a number of pieces, then no more until it is told.
  private final class SlowSink: LaunchSink {
    private struct State {
      var bytes: [UInt8] = []
      var isSlow: Bool
      var resume: [OutputStream: @Sendable () -> Void] = [:]
      var counts: [OutputStream: Int] = [:]
      var end: LaunchEnd?
    }

    let (news, tell) = AsyncStream<Void>.makeStream()
    private let state: Mutex<State>

    init(isSlow: Bool) { state = Mutex(State(isSlow: isSlow)) }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var end: LaunchEnd? { state.withLock { $0.end } }
    var isPaused: Bool { state.withLock { !$0.resume.isEmpty } }
    func isPaused(_ stream: OutputStream) -> Bool { state.withLock { $0.resume[stream] != nil } }
    func count(of stream: OutputStream) -> Int { state.withLock { $0.counts[stream] ?? 0 } }

    func output(
      _ stream: OutputStream, _ bytes: ArraySlice<UInt8>, resume: @escaping @Sendable () -> Void
    ) -> Bool {
      defer { tell.yield() }
      return state.withLock { state in
        state.bytes += bytes
        state.counts[stream, default: 0] += bytes.count
        if state.isSlow { state.resume[stream] = resume }
        return !state.isSlow
      }
    }

    func ended(_ end: LaunchEnd) {
      state.withLock { $0.end = end }
      tell.yield()
    }

    /// There is room again: for one piece, or for all; of one stream, or of each.
    func goOn(isSlow: Bool, _ streams: [OutputStream] = OutputStream.allCases) {
      let resume = state.withLock { state in
        state.isSlow = isSlow
        return streams.compactMap { state.resume.removeValue(forKey: $0) }
      }
      for resume in resume { resume() }
    }

    /// Returns when `isTrue`, which is looked at after each piece.
    func wait(until isTrue: () -> Bool) async {
      var iterator = news.makeAsyncIterator()
      while !isTrue() { _ = await iterator.next() }
    }
  }

  /// The launcher's end, and what it got for each launch.
  private struct Launcher: ~Copyable {
    let channel: Channel
    let client: LauncherClient

    /// - Parameter isStarted: whether the client's loop runs already.
    init(isStarted: Bool = true) throws {
      var ends: [CInt] = [-1, -1]
      let type = CInt(SOCK_SEQPACKET.rawValue)
      try #require(unsafe socketpair(AF_UNIX, type, 0, &ends) == 0)
      client = try LauncherClient(
        channel: Channel(adopting: Descriptor(adopting: ends[1])), launcherPid: 0)
      channel = Channel(adopting: Descriptor(adopting: ends[0]))
      if isStarted { client.start(onExit: {}) }
    }

    deinit { client.stop() }

    /// The descriptors of the next launch: stdin, stdout, stderr.
    func next() throws -> [CInt] {
      var buffer = [UInt8](repeating: 0, count: Request.bytesMax)
      let message = try #require(try channel.receive(using: &buffer, waits: true))
      var numbers: [CInt] = []
      while let descriptor = message.descriptors.removeFirst() {
        numbers.append(descriptor.surrender())
      }
      return numbers
    }
  }

  private func write(_ bytes: [UInt8], to descriptor: CInt) {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    }
    #expect(count == bytes.count)
  }

  private static let end = ProcessEnd(
    isSignal: false, value: 0, cause: .itself, usage: JobUsage(), refused: [])

  @Test func `all who ask what a launch uses share one question and its answer`() async throws {
    let launcher = try Launcher()
    let answers = AsyncStream<LaunchResources?>.makeStream()
    for number in [UInt64(7), 7, 7, 8] {
      launcher.client.resources(of: number) { answers.continuation.yield($0) }
    }
    var buffer = [UInt8](repeating: 0, count: Request.bytesMax)
    for number in [UInt64(7), 8] {
      let message = try #require(try launcher.channel.receive(using: &buffer, waits: true))
      #expect(Array(message.bytes) == Request.resources(number).bytes)
      try launcher.channel.send(
        Reply.resources(number, code: 0, microseconds: number, memoryBytes: 1).bytes)
    }
    var iterator = answers.stream.makeAsyncIterator()
    for _ in 0..<4 { #expect(await iterator.next() != nil) }
  }

  @Test func `who takes no more is read no more, and all others are`() async throws {
    let launcher = try Launcher()
    let (slow, quick) = (SlowSink(isSlow: true), SlowSink(isSlow: false))
    var outputs: [CInt] = []
    for (number, sink) in [(UInt64(1), slow), (2, quick)] {
      launcher.client.launch(
        number, entry: EntryID(index: 0), arguments: try #require(ArgumentList([])), sink: sink)
      let descriptors = try launcher.next()
      outputs.append(descriptors[1])
      for other in [descriptors[0], descriptors[2]] { close(other) }
    }
    write([1], to: outputs[0])
    await slow.wait { slow.isPaused }
    write([2, 3], to: outputs[0])
    // Its pipe is shut at the other end too, and still nobody looks at it.
    close(outputs[0])
    for count in 1...100 {
      write([9], to: outputs[1])
      await quick.wait { quick.bytes.count == count }
    }
    #expect(slow.bytes == [1])
    // The end waits for what the job wrote before it.
    try launcher.channel.send(Reply.ended(1, Self.end).bytes)
    try launcher.channel.send(Reply.ended(2, Self.end).bytes)
    await quick.wait { quick.end != nil }
    #expect(slow.end == nil && slow.bytes == [1])
    slow.goOn(isSlow: false)
    await slow.wait { slow.end != nil }
    #expect(slow.bytes == [1, 2, 3] && slow.end == .ended(Self.end))
    close(outputs[1])
  }

  @Test func `a thread of the disk reads on by itself, until nothing is there`() async throws {
    let launcher = try Launcher()
    let (sink, other) = (SlowSink(isSlow: true), SlowSink(isSlow: false))
    var descriptors: [CInt] = []
    for (number, sink) in [(UInt64(1), sink), (2, other)] {
      launcher.client.launch(
        number, entry: EntryID(index: 0), arguments: try #require(ArgumentList([])), sink: sink)
      descriptors += try launcher.next()
    }
    defer { for descriptor in descriptors { close(descriptor) } }
    write([1], to: descriptors[1])
    await sink.wait { sink.isPaused }
    // What the loop reads after that shows that it watches the first pipe no more.
    write([9], to: descriptors[4])
    await other.wait { other.bytes == [9] }
    write([2, 3], to: descriptors[1])
    ThreadRole.diskWrites.run { sink.goOn(isSlow: true) }
    #expect(sink.bytes == [1, 2, 3] && sink.isPaused, "read before the call returned")
    ThreadRole.diskWrites.run { sink.goOn(isSlow: false) }
    #expect(!sink.isPaused)
    // Nothing was there: from here on the loop reads.
    write([4], to: descriptors[1])
    await sink.wait { sink.bytes.count == 4 }
    #expect(sink.bytes == [1, 2, 3, 4])
    // Behind the end of the launch it is the loop that reads, whoever resumes.
    write([5], to: descriptors[2])
    await sink.wait { sink.bytes.count == 5 }
    try launcher.channel.send(Reply.ended(1, Self.end).bytes)
    await sink.wait { sink.end != nil }
    #expect(sink.end == .ended(Self.end))
  }

  /// The loop finds the end, which reads the pipe up to a full sink, and the pipe's own event in
  /// one look.
  @Test func `a pipe that its end has paused is not read by an older event`() async throws {
    let launcher = try Launcher(isStarted: false)
    let sink = SlowSink(isSlow: true)
    launcher.client.launch(
      1, entry: EntryID(index: 0), arguments: try #require(ArgumentList([])), sink: sink)
    let descriptors = try launcher.next()
    try launcher.channel.send(Reply.ended(1, Self.end).bytes)
    write([1], to: descriptors[1])
    for descriptor in descriptors { close(descriptor) }
    launcher.client.start(onExit: {})
    await sink.wait { sink.isPaused }
    // The loop ends its look before the next one, in which it reads of another launch.
    let other = SlowSink(isSlow: false)
    launcher.client.launch(
      2, entry: EntryID(index: 0), arguments: try #require(ArgumentList([])), sink: other)
    let others = try launcher.next()
    write([9], to: others[1])
    await other.wait { other.bytes == [9] }
    sink.goOn(isSlow: false)
    await sink.wait { sink.end != nil }
    #expect(sink.bytes == [1] && sink.end == .ended(Self.end))
    for descriptor in others { close(descriptor) }
  }

  /// F_SETPIPE_SZ of fcntl(2), which Glibc shows to C alone.
  private static let setPipeSize: CInt = 1031

  @Test func `a pipe that the client enlarged has a place, and alone is read in larger pieces`()
    async throws
  {
    let launcher = try Launcher()
    let (sink, other) = (SlowSink(isSlow: true), SlowSink(isSlow: false))
    var descriptors: [CInt] = []
    for (number, sink) in [(UInt64(1), sink), (2, other)] {
      launcher.client.launch(
        number, entry: EntryID(index: 0), arguments: try #require(ArgumentList([])), sink: sink)
      descriptors += try launcher.next()
    }
    defer { for descriptor in descriptors { close(descriptor) } }
    // The job enlarges one of its pipes itself.
    try #require(fcntl(descriptors[1], Self.setPipeSize, CInt(1 << 20)) == 1 << 20)
    for descriptor in descriptors[1...2] { write([1], to: descriptor) }
    await sink.wait { sink.isPaused(.stdout) && sink.isPaused(.stderr) }
    // What the loop reads after that shows that it watches neither.
    write([9], to: descriptors[4])
    await other.wait { other.bytes == [9] }
    for descriptor in descriptors[1...2] { write([2], to: descriptor) }
    ThreadRole.diskWrites.run { sink.goOn(isSlow: true) }
    #expect(sink.count(of: .stdout) == 2 && sink.count(of: .stderr) == 2)
    let piece = [UInt8](repeating: 7, count: ActiveLaunch.enlargedBytes)
    for descriptor in descriptors[1...2] { write(piece, to: descriptor) }
    ThreadRole.diskWrites.run { sink.goOn(isSlow: true) }
    #expect(sink.count(of: .stdout) == 2 + ActiveLaunch.readBytes)
    #expect(sink.count(of: .stderr) == 2 + ActiveLaunch.enlargedBytes)
    #expect(launcher.client.state.withLock { $0.enlargedPipes } == 1)
  }

  @Test func `a stream that waits for room loses nothing while the other one is read`()
    async throws
  {
    let launcher = try Launcher(isStarted: false)
    let sink = SlowSink(isSlow: true)
    launcher.client.launch(
      1, entry: EntryID(index: 0), arguments: try #require(ArgumentList([])), sink: sink)
    let descriptors = try launcher.next()
    // As many pieces as are read behind an end.
    let (waiting, read) = (3 * ActiveLaunch.readBytes, 16 * ActiveLaunch.readBytes)
    for (descriptor, count) in [(descriptors[1], waiting), (descriptors[2], read)] {
      try #require(fcntl(descriptor, Self.setPipeSize, CInt(1 << 20)) == 1 << 20)
      write([UInt8](repeating: 7, count: count), to: descriptor)
    }
    for descriptor in descriptors { close(descriptor) }
    try launcher.channel.send(Reply.ended(1, Self.end).bytes)
    launcher.client.start(onExit: {})
    await sink.wait { sink.isPaused(.stdout) && sink.isPaused(.stderr) }
    while sink.count(of: .stderr) < read {
      let before = sink.count(of: .stderr)
      sink.goOn(isSlow: true, [.stderr])
      await sink.wait { sink.count(of: .stderr) > before && sink.isPaused(.stderr) }
    }
    #expect(sink.count(of: .stdout) < waiting && sink.end == nil)
    sink.goOn(isSlow: false)
    await sink.wait { sink.end != nil }
    #expect(sink.count(of: .stdout) == waiting && sink.count(of: .stderr) == read)
  }

  @Test func `a launch for which there is no descriptor ends at once`() async {
    // In a process of its own: the limit is that of all threads of one.
    await #expect(processExitsWith: .success) {
      let launcher = try Launcher()
      let sink = SlowSink(isSlow: false)
      let arguments = try #require(ArgumentList([]))
      var none = rlimit(rlim_cur: 0, rlim_max: 0)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      try #require(unsafe setrlimit(resource, &none) == 0)
      launcher.client.launch(1, entry: EntryID(index: 0), arguments: arguments, sink: sink)
      guard case .failed(let failure) = sink.end else { throw MissingEndError() }
      #expect(failure.step == .channel && failure.code == EMFILE)
    }
  }

  /// A launch was not said to have ended.
  private struct MissingEndError: Error {}

  @Test func `a stream goes on as often as there is room again`() async throws {
    let launcher = try Launcher()
    let sink = SlowSink(isSlow: true)
    launcher.client.launch(
      1, entry: EntryID(index: 0), arguments: try #require(ArgumentList([])), sink: sink)
    let descriptors = try launcher.next()
    for round in 1...50 {
      write([UInt8(round)], to: descriptors[1])
      await sink.wait { sink.bytes.count == round && sink.isPaused }
      sink.goOn(isSlow: true)
    }
    #expect(sink.bytes == (1...50).map { UInt8($0) })
    for descriptor in descriptors { close(descriptor) }
  }
}
