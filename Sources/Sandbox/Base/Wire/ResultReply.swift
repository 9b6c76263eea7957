/// What became of one result.
package struct ResultReply: Hashable, Sendable {
  /// The numbers are those of the wire.
  package enum State: UInt32, CaseIterable, Sendable {
    /// There is nothing under the name of the target, nor under the temporary one.
    case absent = 1
    /// The target exists, and nothing was done to it; of a look, the file that is to have its name.
    case exists = 2
    /// The result has its name.
    case published = 3
    /// There is nothing under the temporary name.
    case missing = 4
    /// What is there is no regular file with this one name.
    case unusable = 5
    /// What was under the temporary name is gone.
    case removed = 6
    /// A call failed: `code` has its errno.
    case failed = 7
    /// The file system did not answer in time: what was done is not known.
    case unanswered = 8
    /// A reload replaced the entry; nothing was done.
    case retired = 9
  }

  /// How a result got its name; the numbers are those of the wire.
  package enum Primitive: UInt32, CaseIterable, Sendable {
    /// It got none.
    case none = 0
    /// renameat2(2) with RENAME_NOREPLACE, or renameat(2) where it replaces.
    case rename = 1
    /// link(2), and unlink(2) of the temporary name.
    case link = 2
    /// An empty file of that name, and renameat(2) over it: it could be seen meanwhile.
    case claim = 3
  }

  /// The number of the request.
  package let requestID: UInt64
  /// What became of it.
  package var state: State
  /// A positive errno where the state is `failed`; else 0.
  package var code: Int32 = 0
  /// Size of the result in bytes; 0 where it was not published.
  package var bytes: UInt64 = 0
  /// How it got its name.
  package var primitive = Primitive.none
  /// Whether the file system took the permissions that policy wants.
  package var isModeKept = true
  /// Whether it took the group that policy wants.
  package var isGroupKept = true

  /// A reply without a size and without a failure.
  package init(requestID: UInt64, _ state: State, code: Int32 = 0) {
    self.requestID = requestID
    self.state = state
    self.code = code
  }

  func write(to writer: inout WireWriter) {
    writer.u64(requestID)
    writer.u32(state.rawValue)
    writer.u32(UInt32(bitPattern: code))
    writer.u64(bytes)
    writer.u32(primitive.rawValue)
    writer.u32(isModeKept ? 1 : 0)
    writer.u32(isGroupKept ? 1 : 0)
  }

  init(from cursor: inout WireCursor) throws(WireError) {
    let requestID = try cursor.u64()
    let state = State(rawValue: try cursor.u32())
    guard let state else { throw .badValue("state") }
    self.init(requestID: requestID, state, code: Int32(bitPattern: try cursor.u32()))
    bytes = try cursor.u64()
    let primitive = Primitive(rawValue: try cursor.u32())
    guard let primitive else { throw .badValue("primitive") }
    self.primitive = primitive
    isModeKept = try cursor.flag("isModeKept")
    isGroupKept = try cursor.flag("isGroupKept")
  }
}
