/// Room on the file system of a folder.
package struct DiskSpace: Hashable, Sendable {
  /// What the folder is to the service.
  package enum Use: String, Hashable, Sendable {
    /// Store and output of jobs.
    case state
    /// A path that jobs may write.
    case write
  }

  /// Bytes of one file system.
  package struct Capacity: Hashable, Sendable {
    /// All that it has.
    package let totalBytes: UInt64
    /// Those that are free for users other than root.
    package let freeBytes: UInt64

    /// Room of so many bytes in all.
    package init(totalBytes: UInt64, freeBytes: UInt64) {
      self.totalBytes = totalBytes
      self.freeBytes = freeBytes
    }
  }

  /// What the folder is for.
  package let use: Use
  /// Absolute path of the folder.
  package let path: String
  /// nil where it cannot be asked, or does not answer.
  package let room: Capacity?

  /// The folder at `path`, and the room of its file system.
  package init(use: Use, path: String, room: Capacity?) {
    self.use = use
    self.path = path
    self.room = room
  }
}
