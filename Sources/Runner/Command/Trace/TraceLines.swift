/// Cuts what strace(1) writes into lines.
struct TraceLines {
  private(set) var observation: TraceObservation
  private var rest: [UInt8] = []

  init(_ observation: TraceObservation) {
    self.observation = observation
  }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    var bytes = bytes
    while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      if rest.isEmpty {
        observation.read(bytes[..<end])
      } else {
        rest += bytes[..<end]
        observation.read(rest[...])
        rest = []
      }
      bytes = bytes[(end + 1)...]
    }
    rest += bytes
  }

  /// An incomplete last line is ignored.
  func finish() -> TraceObservation { observation }
}
