import Synchronization

/// Looks for phrases in the standard error of a job as it comes, over the borders of its pieces.
/// What is found is not let go again; nothing is kept but the end of the last piece.
final class PhraseDetector: OutputObserver {
  private struct State {
    /// The last bytes, one fewer than the longest phrase has.
    var tail: [UInt8] = []
    var found: String?
  }

  private let phrases: [(text: String, bytes: [UInt8])]
  /// By byte: whether a phrase begins with it. One pass over a piece is enough for all phrases.
  private let begins: [Bool]
  private let tailBytesMax: Int
  private let state = Mutex(State())

  init(_ phrases: [String]) {
    self.phrases = phrases.map { ($0, Array($0.utf8)) }.filter { !$0.bytes.isEmpty }
    var begins = [Bool](repeating: false, count: 256)
    for phrase in self.phrases { begins[Int(phrase.bytes[0])] = true }
    self.begins = begins
    tailBytesMax = max(0, (self.phrases.map(\.bytes.count).max() ?? 1) - 1)
  }

  /// The first phrase that was found; nil where none was.
  var found: String? { state.withLock { $0.found } }

  func append(
    _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
  ) -> Bool {
    guard stream == .stderr, !phrases.isEmpty else { return true }
    state.withLock { state in
      guard state.found == nil else { return }
      let text = state.tail + bytes
      state.found = phrase(in: text)
      state.tail = Array(text.suffix(tailBytesMax))
    }
    return true
  }

  private func phrase(in text: [UInt8]) -> String? {
    for start in text.indices where begins[Int(text[start])] {
      let rest = text[start...]
      if let found = phrases.first(where: { rest.starts(with: $0.bytes) }) { return found.text }
    }
    return nil
  }
}
