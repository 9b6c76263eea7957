extension Array where Element == String {
  /// The number behind the last of these options; nil where there is none.
  func number(behind names: Set<String>) -> Double? {
    guard let index = lastIndex(where: names.contains), index + 1 < count else { return nil }
    return Double(finite: self[index + 1])
  }
}
