/// Retention of ended jobs. Live jobs are always kept.
package struct RetentionPolicy: Hashable, Sendable {
  /// Number of ended jobs that are kept.
  package var countMax = 100
  /// Age, in seconds since their end, up to which jobs are kept; nil for any.
  package var secondsMax: Int?
  /// Bytes of output that the kept jobs have together; nil for any number.
  package var bytesMax: Int?

  /// The default policy: the last 100 jobs, whatever their age and size.
  package init() {}
}
