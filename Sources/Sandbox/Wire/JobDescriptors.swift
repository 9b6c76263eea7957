internal import CLinux
internal import Glibc

/// A job's stdin, stdout and stderr on their way: ours until the job has its own.
final class JobDescriptors {
  let fds: [CInt]
  /// Whether they were lost on their way, because the table of this process is full.
  let areLost: Bool

  /// Takes them over.
  init(adopting fds: [CInt], areLost: Bool = false) {
    self.fds = fds
    self.areLost = areLost
  }

  /// Whether nothing but the bytes of the job's streams can be had by them. A folder would lead a
  /// job out of its tree, and a socket to a network that it was not granted.
  var areStreams: Bool { fds.allSatisfy { linux_is_stream($0) == 1 } }

  deinit { for fd in fds { _ = Glibc.close(fd) } }
}
