/// Arrays of bytes as C wants them: pointers and lengths, nil where there is none. A NUL stands
/// behind each, so that texts are C strings.
struct CallArguments {
  private var bytes: [CChar] = []
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []

  init(_ values: [[UInt8]?]) {
    for value in values {
      offsets.append(value == nil ? nil : bytes.count)
      lengths.append(Int32(value?.count ?? 0))
      guard let value else { continue }
      bytes.append(contentsOf: value.lazy.map { CChar(bitPattern: $0) })
      bytes.append(0)
    }
  }

  /// Texts, with a nil behind them.
  init(listing texts: [String]) { self.init(texts.map { Array($0.utf8) } + [nil]) }

  /// Calls `body` with the pointers and the lengths, which hold until it returns.
  func withPointers<Result>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    // SAFETY: each pointer is into `bytes`, at the place where its value begins, and both arrays
    // stay where they are until `body` returns.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let pointers = unsafe offsets.map { offset in
        unsafe offset.flatMap { place in unsafe buffer.baseAddress.map { unsafe $0 + place } }
      }
      return unsafe pointers.withUnsafeBufferPointer { pointers in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          unsafe body(pointers.baseAddress, lengths.baseAddress)
        }
      }
    }
  }
}
