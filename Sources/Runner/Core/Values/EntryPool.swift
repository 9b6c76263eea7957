/// A named number of slots that jobs of several entries share, as those that need one GPU.
package struct EntryPool: Hashable, Sendable {
  /// Name in the configuration.
  package let name: String
  /// Jobs that run in it at one time, at least 1.
  package let slots: Int

  /// A pool of `slots` slots.
  package init(name: String, slots: Int) {
    self.name = name
    self.slots = slots
  }
}
