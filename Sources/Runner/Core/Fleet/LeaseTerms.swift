/// Lengths of time that all nodes of one database agree on.
package struct LeaseTerms: Hashable, Sendable {
  /// Microseconds for which a renewal gives a node its runs.
  package let length: Int64
  /// Microseconds before the end of `length` at which a node counts its lease as lost: for the time
  /// that a freeze takes, and by which the clocks of two hosts differ in `length`.
  package let margin: Int64
  /// Microseconds between two renewals.
  package let interval: Int64

  /// 60 s, 5 s and 10 s: two renewals may fail before the third is late.
  package static let standard = LeaseTerms(
    length: 60_000_000, margin: 5_000_000, interval: 10_000_000)

  /// Terms of these lengths, in microseconds. `length - margin` has room for a few of `interval`,
  /// so that a renewal may fail.
  package init(length: Int64, margin: Int64, interval: Int64) {
    self.length = length
    self.margin = margin
    self.interval = interval
  }
}
