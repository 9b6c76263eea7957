/// Identity of an entry between service and launcher: one position of one table.
package struct EntryID: Hashable, Sendable {
  /// Number of the policy generation: 0 for the table of the start, one more with each reload.
  package let generation: UInt32
  /// Position in the table of that generation, from 0.
  package let index: UInt32

  /// The entry at `index`; by default of the table that the launcher was sealed with.
  package init(generation: UInt32 = 0, index: UInt32) {
    self.generation = generation
    self.index = index
  }
}
