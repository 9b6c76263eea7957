internal import CLinux
internal import Glibc
package import SystemBase

/// Descriptors that came with a message: a job's stdin, stdout and stderr on their way, and others.
/// They are ours until they are handed on, and closed with this: a message that is refused, or
/// dropped unread, leaves none open.
package final class JobDescriptors {
  /// Numbers of those that are still ours, in the order of the message.
  package private(set) var fds: [CInt]
  /// The folder of the job's files; nil before `splitFolder`, and where none came.
  package private(set) var folder: SharedDescriptor?
  /// Whether some were lost on their way, because the table of this process is full
  /// (RLIMIT_NOFILE), or because there were more than any message has.
  package let areLost: Bool

  /// Takes them over.
  package init(adopting fds: [CInt], areLost: Bool = false) {
    self.fds = fds
    self.areLost = areLost
  }

  /// Takes the last one off the streams: the folder of the job's files.
  package func splitFolder() {
    if let last = fds.popLast() { folder = SharedDescriptor(adopting: last) }
  }

  /// Whether nothing but the bytes of the job's streams can be had by them. A folder would lead a
  /// job out of its tree, and a socket to a network that it was not granted.
  package var areStreams: Bool { fds.allSatisfy { linux_is_stream($0) == 1 } }

  /// Hands the next one on; nil where none is left.
  package func removeFirst() -> Descriptor? {
    fds.isEmpty ? nil : Descriptor(adopting: fds.removeFirst())
  }

  /// Takes one more over, before the others.
  package func putFirst(_ descriptor: consuming Descriptor) {
    fds.insert(descriptor.surrender(), at: 0)
  }

  deinit { for fd in fds { _ = Glibc.close(fd) } }
}
