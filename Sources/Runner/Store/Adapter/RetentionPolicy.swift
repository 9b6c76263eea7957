/// Retention of ended jobs. Live jobs are always kept.
package struct RetentionPolicy: Hashable, Sendable {
  /// How many.
  package var countMax = 100
  /// For how long after their end, in seconds; nil for ever.
  package var secondsMax: Int?
  /// How many bytes of output together; nil for any number.
  package var bytesMax: Int?

  package init() {}
}
