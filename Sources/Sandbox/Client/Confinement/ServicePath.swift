/// A file or folder that the confined service may reach.
package struct ServicePath: Hashable, Sendable {
  /// What it may do there.
  package enum Access: String, Hashable, Sendable, CaseIterable {
    /// Read files, but not list folders.
    case readFiles
    /// Read files and list folders.
    case read
    /// Read and write, make and remove files and folders; never run them.
    case write
  }

  /// Absolute, without symbolic links.
  package let path: String
  /// What may be done there and beneath.
  package let access: Access

  /// A path with what may be done there and beneath.
  package init(_ path: String, _ access: Access) {
    self.path = path
    self.access = access
  }
}
