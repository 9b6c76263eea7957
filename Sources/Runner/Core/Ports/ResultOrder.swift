package import SharedBounds

/// What is to be done with one result of a job.
package struct ResultOrder: Sendable {
  /// The action.
  package enum Action: Hashable, Sendable {
    /// Before a run: removes what an earlier one left, and looks for the target.
    case prepare
    /// Gives the file its name.
    case publish
    /// Removes the file.
    case discard
    /// Looks at the file.
    case look
  }

  /// What is to be done.
  package let action: Action
  /// The entry, of the generation in force.
  package let entry: EntryID
  /// The target.
  package let path: String
  /// The name beside the target that the program writes to.
  package let temporaryName: String

  /// An order for one result.
  package init(_ action: Action, entry: EntryID, path: String, temporaryName: String) {
    self.action = action
    self.entry = entry
    self.path = path
    self.temporaryName = temporaryName
  }
}
