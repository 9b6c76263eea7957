/// The exposure of the host to an entry's jobs: one score with its reasons, in
/// the spirit of `systemd-analyze security`: 0.0 is as tight as this program confines, 10.0 is
/// open.
///
/// It compares policies with each other. It says nothing of how good the layers are, nor of what
/// the kernel at hand has of them: `doctor` does.
package struct Exposure: Hashable, Sendable {
  /// One rule that adds to the score, and what of the policy it found.
  package struct Reason: Hashable, Sendable {
    /// Name of the rule.
    package let name: String
    /// What the rule adds to the score, in tenths of a point.
    package let tenths: Int
    /// Parts of the policy that the rule found, at least one.
    package let found: [String]
    /// Why it exposes the host: a clause without a full stop.
    package let because: String
  }

  /// Words for a score, each from the tenths at which it begins.
  package static let levels: [(fromTenths: Int, name: String)] = [
    (0, "tight"), (20, "good"), (40, "fair"), (60, "exposed"), (80, "open"),
  ]

  /// Rules that add to the score, those that add most first.
  package let reasons: [Reason]
  /// The score in tenths of a point, 0 to 100.
  package let tenths: Int

  /// Rates `entry` by every rule of `ExposureRule`.
  ///
  /// - Parameter host: what the entry's limits are compared with.
  package init(of entry: ConfiguredEntry, on host: HostInfo) {
    reasons = ExposureRule.table.compactMap { rule -> Reason? in
      let found = rule.found(entry, host)
      guard !found.isEmpty else { return nil }
      return Reason(
        name: rule.name, tenths: rule.tenths * min(found.count, rule.countMax), found: found,
        because: rule.because)
    }.sorted { $0.tenths > $1.tenths }
    tenths = min(100, reasons.reduce(0) { $0 + $1.tenths })
  }

  /// Name of the level of `levels` that the score has reached.
  package var level: String {
    Self.levels.last { $0.fromTenths <= tenths }?.name ?? ""
  }

  /// The score in points with one decimal, `0.0` to `10.0`.
  package var scoreText: String { "\(tenths / 10).\(tenths % 10)" }
}
