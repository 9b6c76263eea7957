import RunnerCore

/// Codec for the limits of a request in one column: pairs of a name and a number.
enum LimitsCodec {
  /// No limit of the sandbox has this name.
  private static let stallName = "stallAfter"

  static func encode(_ demands: JobDemands) -> [UInt8] {
    var texts = demands.limits.flatMap { [$0.key, String($0.value)] }
    if let seconds = demands.stallAfterSeconds { texts += [stallName, String(seconds)] }
    return TextListCodec.encode(texts)
  }

  /// - Returns: false for what `encode` never made.
  static func decode(_ bytes: [UInt8], into demands: inout JobDemands) -> Bool {
    guard let pairs = TextListCodec.decodePairs(bytes) else { return false }
    for (name, value) in pairs {
      guard let value = UInt64(value) else { return false }
      guard name == stallName else {
        demands.limits[name] = value
        continue
      }
      guard let seconds = UInt32(exactly: value) else { return false }
      demands.stallAfterSeconds = seconds
    }
    return true
  }
}
