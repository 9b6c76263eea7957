/// What became of a result order.
package enum ResultAnswer: Hashable, Sendable {
  /// Nothing stands under either name.
  case absent
  /// The target exists; nothing was done to it. Of a look: the file is there, and can have that
  /// name.
  case exists
  /// The result has its name; a sentence of what its file system could not do, or none.
  case published(bytes: UInt64, note: String)
  /// Nothing stands under the temporary name.
  case missing
  /// What stands there is a link, a pipe, or a file with a second name.
  case unusable
  /// The file is gone.
  case removed
  /// Its file system did not answer in time: whether it was done is not known.
  case unanswered
  /// It could not be done.
  case failed(errno: Int32, name: String, message: String)
  /// A reload replaced the entry; nothing was done.
  case retired
  /// There is no launcher any more.
  case gone
}
