/// One thing in the tree that jobs see, by its path in the tree.
package enum TreeItem: Hashable, Sendable {
  case folder(String)
  /// A symbolic link and its target.
  case link(String, to: String)
  /// A file of our own making.
  case file(String, text: String)
  /// A file or folder of the host, with all that is mounted below it.
  case host(String, from: String, TreeAccess, isOptional: Bool)
}

/// What jobs may do beneath a part of their tree, by its mount and by Landlock.
package enum TreeAccess: UInt32, Hashable, Sendable, CaseIterable {
  /// Read, list and execute.
  case read = 1
  /// The same, and everything that the files' own permissions allow, but for devices.
  case write = 2
  /// Read, write and control a device node.
  case device = 3
  /// Read and list, not execute: data of the kernel.
  case data = 4
  /// Read and execute: the program of an entry, bound when the root template is built.
  case program = 5
}
