/// An argument of a request that names a result: its target, and what its temporary name needs.
package struct OutputArgument: Hashable, Sendable {
  /// Which argument, from 0.
  package let index: Int
  /// Bytes of the argument before the path.
  package let offset: Int
  /// The target, an absolute path.
  package let path: String
  /// The end of the name that programs choose a format by; may be empty.
  package let ending: String

  /// A result of a request.
  package init(index: Int, offset: Int, path: String, ending: String) {
    self.index = index
    self.offset = offset
    self.path = path
    self.ending = ending
  }
}
