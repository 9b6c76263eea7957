package import SharedBounds

/// What is to become of one result of a job. The launcher has it done by a process with the ids of
/// the job, beneath the folder of policy that the place names.
package struct ResultRequest: Hashable, Sendable {
  /// What is to be done; the numbers are those of the wire.
  package enum Action: UInt32, CaseIterable, Sendable {
    /// Before a run: removes what an earlier one left under the temporary name, and looks whether
    /// the target exists.
    case prepare = 1
    /// Gives the file its permissions and its name.
    case publish = 2
    /// Removes the file under the temporary name.
    case discard = 3
    /// Looks at what is under the temporary name.
    case look = 4
  }

  /// The client's number for the request, one of `LaunchRequest.launchIDs`; unique until its reply.
  package let requestID: UInt64
  /// The entry; one of a generation that a reload replaced is refused (`retired`).
  package let entry: EntryID
  /// What is to be done.
  package let action: Action
  /// Where the result is.
  package let place: ResultPlace

  /// Bytes of the message at most.
  package static let bytesMax = Request.pathBytesMax + 1024

  /// A request.
  package init(requestID: UInt64, entry: EntryID, action: Action, place: ResultPlace) {
    self.requestID = requestID
    self.entry = entry
    self.action = action
    self.place = place
  }

  func write(to writer: inout WireWriter) {
    writer.u64(requestID)
    writer.u32(entry.generation)
    writer.u32(entry.index)
    writer.u32(action.rawValue)
    place.write(to: &writer)
  }

  init(from cursor: inout WireCursor) throws(WireError) {
    let requestID = try cursor.u64()
    let entry = EntryID(generation: try cursor.u32(), index: try cursor.u32())
    let action = Action(rawValue: try cursor.u32())
    guard let action, LaunchRequest.launchIDs.contains(requestID) else {
      throw .badValue("result")
    }
    self.init(
      requestID: requestID, entry: entry, action: action,
      place: try ResultPlace(from: &cursor))
  }
}
