/// Keeps one body as it is made: in memory first, then in a file.
struct SpoolWriter {
  private(set) var byteCount = 0
  /// Bytes of memory that are the body's as long as it is kept.
  private(set) var chargedBytes = 0
  private let spool: CallbackSpool
  private var pieces: [[UInt8]] = []
  private var file: SpoolFile?
  private var isFileTried = false
  private var isOverflowed = false

  init(_ spool: CallbackSpool) {
    self.spool = spool
  }

  /// Where the body is; nil where there was no room for all of it.
  var storage: CallbackContent.Storage? {
    if isOverflowed { nil } else if let file { .file(file) } else { .memory(pieces) }
  }

  mutating func append(_ piece: [UInt8]) {
    byteCount += piece.count
    guard !isOverflowed else { return }
    if byteCount > spool.memoryBytesMax, !isFileTried {
      isFileTried = true
      file = spool.file()
      if let file, !moveMemory(to: file) { return overflow() }
    }
    if let file {
      if !file.append(piece) { overflow() }
    } else if spool.charge(piece.capacity) {
      chargedBytes += piece.capacity
      pieces.append(piece)
    } else {
      overflow()
    }
  }

  private mutating func moveMemory(to file: SpoolFile) -> Bool {
    defer { dropMemory() }
    return pieces.allSatisfy { file.append($0) }
  }

  private mutating func overflow() {
    isOverflowed = true
    file = nil
    dropMemory()
  }

  private mutating func dropMemory() {
    pieces = []
    spool.refund(chargedBytes)
    chargedBytes = 0
  }
}
