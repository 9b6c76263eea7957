/// The folders of the host that an entry grants, in which paths of its commands have to be.
package struct CommandFolders: Hashable, Sendable {
  /// Files and folders that jobs may read.
  package let read: [String]
  /// Those that they may write, and so read too.
  package let write: [String]

  /// - Parameters: absolute paths.
  package init(read: [String], write: [String]) {
    self.read = read
    self.write = write
  }
}
