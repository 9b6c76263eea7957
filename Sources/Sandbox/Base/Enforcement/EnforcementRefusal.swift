/// Why this host cannot honour an entry's policy: the layer, the reason, and what to do.
package struct EnforcementRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The layer that the policy needs and this host lacks.
  package let layer: Layer
  /// A clause without a full stop: what is lacking, and the kernel's own words where there are
  /// some.
  package let why: String
  /// A sentence without a full stop: what to change on this host, or in the policy.
  package let remedy: String

  /// A refusal; `why` is a clause and `remedy` a sentence, both without a full stop.
  package init(layer: Layer, why: String, remedy: String) {
    self.layer = layer
    self.why = why
    self.remedy = remedy
  }

  /// The whole refusal on one line, for the log.
  package var description: String {
    "The layer \(layer.rawValue) (\(layer.summary)) cannot be had: \(why). To mend it: \(remedy)."
  }
}
