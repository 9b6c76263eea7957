/// The lease of another node, as a row of the database shows it.
package struct PeerLease: Hashable, Sendable {
  /// Name of the node.
  package let node: String
  /// Number of its process among those that had the name.
  package let boot: Int64
  /// A value that each renewal changes, such as the time up to which it holds. It is compared for
  /// equality alone.
  package let mark: Int64

  /// A lease of these.
  package init(node: String, boot: Int64, mark: Int64) {
    self.node = node
    self.boot = boot
    self.mark = mark
  }
}
