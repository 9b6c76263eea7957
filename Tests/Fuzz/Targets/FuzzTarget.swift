/// One parser of foreign bytes, or a few that read the same, with what must hold for each input.
struct FuzzTarget: Sendable {
  /// The name on the command line.
  let name: String
  /// The files of the parsers. A test compares them with the parsers that there are.
  let parsers: [String]
  /// Bytes of an input at most.
  let bytesMax: Int
  /// Inputs to begin with, made by hand or by the writer of the format.
  let seeds: [[UInt8]]
  /// Reads an input, and ends the process where a property does not hold.
  let run: @Sendable ([UInt8]) -> Void

  init(
    _ name: String, of parsers: [String], bytesMax: Int = 256, seeds: [[UInt8]],
    run: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.name = name
    self.parsers = parsers
    self.bytesMax = bytesMax
    self.seeds = seeds
    self.run = run
  }

  /// A target of texts: bytes that are not UTF-8 become U+FFFD, as in the fields of a request.
  init(
    _ name: String, of parsers: [String], bytesMax: Int = 256, texts: [String],
    run: @escaping @Sendable (String) -> Void
  ) {
    self.init(name, of: parsers, bytesMax: bytesMax, seeds: texts.map { Array($0.utf8) }) {
      run(String(decoding: $0, as: UTF8.self))
    }
  }
}

/// Ends the process, so that libFuzzer keeps the input, where a property does not hold.
func hold(_ isTrue: Bool, _ property: @autoclosure () -> String) {
  guard isTrue else { fatalError("a property does not hold: \(property())") }
}
