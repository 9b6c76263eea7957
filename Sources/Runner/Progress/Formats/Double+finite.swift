extension Double {
  /// The number that a text writes.
  ///
  /// - Returns: nil for no number, and for `nan` and `inf`, which are numbers to `Double` alone:
  ///   arguments are a client's.
  init?(finite text: some StringProtocol) {
    guard let value = Double(text), value.isFinite else { return nil }
    self = value
  }
}
