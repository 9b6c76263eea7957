/// A name and a value that a client gave its job, to find it by.
package struct JobLabel: Hashable, Sendable {
  package let name: String
  package let value: String

  /// How many labels one job may have.
  package static let countMax = 16
  /// Bytes of a name, and bytes of a value.
  package static let bytesMax = 128

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
