import RunnerProgress

/// What a job wrote and its progress reader has not taken yet: of each stream the newest bytes.
struct ProgressBacklog {
  /// Bytes of one stream at most; older ones are left out.
  private static let streamBytesMax = 64 << 10

  /// The bytes of one stream.
  struct Part {
    let source: ProgressSource
    var bytes: [UInt8] = []
    /// Whether others stood in front of them.
    var isCut = false
  }

  private var parts: [Part] = []

  var isEmpty: Bool { parts.isEmpty }

  mutating func append(_ bytes: ArraySlice<UInt8>, of source: ProgressSource) {
    let newest = bytes.suffix(Self.streamBytesMax)
    let index = parts.firstIndex { $0.source == source } ?? parts.endIndex
    if index == parts.endIndex { parts.append(Part(source: source)) }
    let excess = parts[index].bytes.count + newest.count - Self.streamBytesMax
    if excess > 0 { parts[index].bytes.removeFirst(min(excess, parts[index].bytes.count)) }
    if excess > 0 || newest.count < bytes.count { parts[index].isCut = true }
    parts[index].bytes += newest
  }

  /// Takes all of it out.
  mutating func removeAll() -> [Part] {
    defer { parts = [] }
    return parts
  }
}
