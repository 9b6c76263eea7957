/// The private writable memory of one address space: what RLIMIT_DATA counts (setrlimit(2)), the
/// heap and private mappings.
struct TracedMemory {
  /// A mapping from `start` up to `end`, as mmap(2) makes it; addresses in bytes.
  private struct Region {
    var start: Int
    var end: Int
    var isPrivate: Bool
    var isWritable: Bool
    var counts: Int { isPrivate && isWritable ? end - start : 0 }
  }

  /// In the order of their addresses, without overlap.
  private var regions: [Region] = []
  private var heapStart: Int?
  private var heapBytes = 0
  private var mappedBytes = 0
  private(set) var makesCode = false

  var privateBytes: Int { heapBytes + mappedBytes }

  static let calls: Set<String> = ["brk", "mmap", "munmap", "mprotect", "pkey_mprotect", "mremap"]

  mutating func apply(_ call: TracedCall) {
    guard call.error == nil, let result = call.result else { return }
    let address = call.number(0) ?? 0
    let length = Self.wholePages(call.number(1) ?? 0)
    switch call.name {
    case "brk":
      heapStart = heapStart ?? result
      heapBytes = max(0, result - (heapStart ?? result))
    case "mmap":
      set(
        result..<result + length, isWritable: writable(call.argument(2)),
        isPrivate: call.argument(3).contains("MAP_PRIVATE"))
    case "munmap": remove(address..<address + length)
    case "mprotect", "pkey_mprotect":
      let isWritable = writable(call.argument(2))
      for piece in remove(address..<address + length) {
        set(piece.start..<piece.end, isWritable: isWritable, isPrivate: piece.isPrivate)
      }
    case "mremap":
      let old = remove(address..<address + length).first
      let newLength = Self.wholePages(call.number(2) ?? 0)
      set(
        result..<result + newLength, isWritable: old?.isWritable ?? true,
        isPrivate: old?.isPrivate ?? true)
    default: break
    }
  }

  /// Notes memory that is writable and executable as well.
  private mutating func writable(_ protection: String) -> Bool {
    let isWritable = protection.contains("PROT_WRITE")
    if isWritable, protection.contains("PROT_EXEC") { makesCode = true }
    return isWritable
  }

  private static func wholePages(_ bytes: Int) -> Int { (max(0, bytes) + 4095) & ~4095 }

  private mutating func set(_ range: Range<Int>, isWritable: Bool, isPrivate: Bool) {
    remove(range)
    guard !range.isEmpty else { return }
    let region = Region(
      start: range.lowerBound, end: range.upperBound, isPrivate: isPrivate, isWritable: isWritable)
    let index = regions.firstIndex { $0.start >= range.upperBound } ?? regions.endIndex
    regions.insert(region, at: index)
    mappedBytes += region.counts
  }

  /// Removes a range from the regions.
  ///
  /// - Returns: the parts that were removed.
  @discardableResult
  private mutating func remove(_ range: Range<Int>) -> [Region] {
    guard let first = regions.firstIndex(where: { $0.end > range.lowerBound }) else { return [] }
    let last = regions[first...].firstIndex { $0.start >= range.upperBound } ?? regions.endIndex
    var kept: [Region] = []
    var removed: [Region] = []
    for region in regions[first..<last] {
      mappedBytes -= region.counts
      var inside = region
      inside.start = max(region.start, range.lowerBound)
      inside.end = min(region.end, range.upperBound)
      removed.append(inside)
      if region.start < range.lowerBound {
        var left = region
        left.end = range.lowerBound
        kept.append(left)
      }
      if region.end > range.upperBound {
        var right = region
        right.start = range.upperBound
        kept.append(right)
      }
    }
    regions.replaceSubrange(first..<last, with: kept)
    mappedBytes += kept.reduce(0) { $0 + $1.counts }
    return removed
  }
}
