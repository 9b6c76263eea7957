import Synchronization
import Testing

@testable import RunnerCore

/// Several observers of one launch's output.
@Suite(.timeLimit(.minutes(30)))
struct OutputTeeTests {
  /// Records what it is given, and has no room as long as a test says so.
  private final class RecordingObserver: OutputObserver {
    private struct State {
      var pieces: [(stream: OutputStreamName, bytes: [UInt8])] = []
      var isFull: Bool
      var whenRoom: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>

    init(isFull: Bool = false) { state = Mutex(State(isFull: isFull)) }

    func append(
      _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
    ) -> Bool {
      state.withLock { state in
        state.pieces.append((stream, Array(bytes)))
        if state.isFull, let whenRoom { state.whenRoom.append(whenRoom) }
        return !state.isFull
      }
    }

    func bytes(of stream: OutputStreamName) -> [UInt8] {
      state.withLock { $0.pieces.filter { $0.stream == stream }.flatMap(\.bytes) }
    }

    func makeRoom() {
      let calls = state.withLock { state in
        defer { state.whenRoom = [] }
        state.isFull = false
        return state.whenRoom
      }
      for call in calls { call() }
    }
  }

  /// Has no room, and has it again before it returns: a disk that is quicker than the call.
  private struct HastyObserver: OutputObserver {
    func append(
      _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
    ) -> Bool {
      whenRoom?()
      return false
    }
  }

  /// Counts how often a stream is resumed.
  private final class Resumptions: Sendable {
    private let calls = Atomic<Int>(0)
    var count: Int { calls.load(ordering: .relaxed) }

    /// Hands a piece to a tee.
    ///
    /// - Returns: whether the stream is read on.
    func append(_ byte: UInt8, of stream: OutputStreamName = .stdout, to tee: OutputTee) -> Bool {
      tee.append([byte][...], of: stream) { [self] in calls.add(1, ordering: .relaxed) }
    }
  }

  @Test func `each observer gets every piece of both streams in order`() {
    let observers = [RecordingObserver(), RecordingObserver(), RecordingObserver()]
    let tee = OutputTee(observers)
    let resumptions = Resumptions()
    for round in UInt8(0)..<10 {
      #expect(resumptions.append(round, to: tee))
      #expect(tee.append([100 + round], of: .stderr))
    }
    for observer in observers {
      #expect(observer.bytes(of: .stdout) == Array(UInt8(0)..<10))
      #expect(observer.bytes(of: .stderr) == Array(UInt8(100)..<110))
    }
  }

  @Test func `a stream pauses until every observer has room, and is resumed once`() {
    let (first, open, last) = (
      RecordingObserver(isFull: true), RecordingObserver(), RecordingObserver(isFull: true)
    )
    let tee = OutputTee([first, open, last])
    let resumptions = Resumptions()
    #expect(!resumptions.append(1, to: tee))
    #expect(open.bytes(of: .stdout) == [1], "an observer with room waits for no other")
    last.makeRoom()
    #expect(resumptions.count == 0)
    first.makeRoom()
    #expect(resumptions.count == 1)
    #expect(resumptions.append(2, to: tee))
    #expect(resumptions.count == 1 && last.bytes(of: .stdout) == [1, 2])
  }

  @Test func `a pause that is over before the last observer has the piece is none`() {
    let last = RecordingObserver()
    let resumptions = Resumptions()
    let tee = OutputTee([HastyObserver(), last])
    #expect(resumptions.append(1, of: .stderr, to: tee))
    #expect(resumptions.count == 0 && last.bytes(of: .stderr) == [1])
    // The twin: the same observer alone has its pause passed on as it is.
    #expect(!resumptions.append(1, of: .stderr, to: OutputTee([HastyObserver()])))
    #expect(resumptions.count == 1)
  }

  @Test func `observers that make room on their own threads resume a stream once a piece`() async {
    let observers = (0..<4).map { _ in RecordingObserver(isFull: true) }
    let tee = OutputTee(observers)
    let resumptions = Resumptions()
    #expect(!resumptions.append(1, to: tee))
    await withTaskGroup(of: Void.self) { group in
      for observer in observers { group.addTask { observer.makeRoom() } }
    }
    #expect(resumptions.count == 1)
  }

  @Test func `without observers the output goes nowhere, and nothing pauses`() {
    #expect(Resumptions().append(1, to: OutputTee([])))
  }
}
