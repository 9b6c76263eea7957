/// A name and a value that a client gave its job, to find it by.
package struct JobLabel: Hashable, Sendable {
  /// Name of the label: 1...`bytesMax` bytes of UTF-8, without colon and NUL.
  package let name: String
  /// Value of the label: up to `bytesMax` bytes of UTF-8, without NUL.
  package let value: String

  /// Number of labels that one job may have.
  package static let countMax = 16
  /// Bytes of a name, and bytes of a value.
  package static let bytesMax = 128

  /// A label, unchecked: `JobRequest.labelled` checks it.
  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
