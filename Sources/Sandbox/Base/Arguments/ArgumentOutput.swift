/// An argument that names a result of the job (`{output:write}`).
package struct ArgumentOutput: Hashable, Sendable {
  /// Which argument, from 0.
  package let index: Int
  /// Bytes of the argument before the path.
  package let offset: Int
  /// The target: an absolute path in a folder of `write`.
  package let path: String
  /// The end of its name that a temporary one is to have too, because programs choose a format by
  /// it; letters, digits and full stops of ASCII, or empty.
  package let ending: String
}
