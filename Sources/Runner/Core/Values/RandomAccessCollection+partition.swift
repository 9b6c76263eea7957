/// A binary search.
extension RandomAccessCollection where Index == Int {
  /// Index of the first element for which `isBehind` holds, as for all after it; `endIndex` where
  /// it holds for none.
  func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var range = startIndex..<endIndex
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        isBehind(self[middle])
        ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
    }
    return range.lowerBound
  }
}
