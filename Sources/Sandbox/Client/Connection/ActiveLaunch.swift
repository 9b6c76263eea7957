internal import CLinux
internal import Glibc
internal import SystemBase

/// A launch that has not ended, with the read ends of its output pipes.
struct ActiveLaunch: Sendable {
  /// The read end of one output stream.
  struct Pipe: Sendable {
    let reader: SharedDescriptor
    /// Whether the sink takes no more for now.
    var isPaused = false
    /// Whether more may wait in it, by the client's doing: it has one of the places for such pipes.
    var isEnlarged = false
    /// Whether that was refused, or the job had done it itself: it is not tried again.
    var isKept = false
    /// What is still read of it once the launch is over, in pieces.
    var drainsLeft = ActiveLaunch.drainsMax
  }

  /// What one read from an output pipe brought.
  enum ReadResult {
    case bytes
    /// Bytes came, and the sink takes no more for now.
    case full
    case wouldBlock
    case endOfFile
  }

  /// Output is read in pieces of at most this size: the capacity of a pipe.
  static let readBytes = 64 << 10
  /// The same of a job that writes without pause: one whose pipe was enlarged to as much.
  static let enlargedBytes = 256 << 10
  /// What is read at most of a pipe whose writers are gone: the largest that a pipe can be made
  /// (/proc/sys/fs/pipe-max-size), as a job may have enlarged it. Descriptors that a job handed to
  /// a stranger could otherwise keep the loop here for ever.
  private static let drainsMax = (1 << 20) / readBytes + 1

  let sink: any LaunchSink
  var stdout: Pipe?
  var stderr: Pipe?
  /// Nil for a launch without a descriptor for progress, too.
  var progress: Pipe?
  /// What the launcher said of its end, while output is still to be read.
  var end: LaunchEnd?

  init(
    sink: any LaunchSink, stdout: SharedDescriptor, stderr: SharedDescriptor,
    progress: SharedDescriptor?
  ) {
    self.progress = progress.map { Pipe(reader: $0) }
    self.sink = sink
    self.stdout = Pipe(reader: stdout)
    self.stderr = Pipe(reader: stderr)
  }

  subscript(stream: OutputStream) -> Pipe? {
    get {
      switch stream {
      case .stdout: stdout
      case .stderr: stderr
      case .progress: progress
      }
    }
    set {
      switch stream {
      case .stdout: stdout = newValue
      case .stderr: stderr = newValue
      case .progress: progress = newValue
      }
    }
  }

  /// - Parameter bytesMax: of one read, where the buffer has more.
  func readOnce(
    _ stream: OutputStream, _ reader: SharedDescriptor, using buffer: inout [UInt8],
    bytesMax: Int = readBytes, resume: @escaping @Sendable () -> Void
  ) -> ReadResult {
    // SAFETY: read(2) writes at most `part.count` bytes, the size of the buffer.
    let count = unsafe buffer.withUnsafeMutableBufferPointer { part in
      unsafe linux_read(reader.fd, part.baseAddress!, UInt64(min(bytesMax, part.count)))
    }
    guard count > 0 else { return count == Int64(-EAGAIN) ? .wouldBlock : .endOfFile }
    return sink.output(stream, buffer[..<Int(count)], resume: resume) ? .bytes : .full
  }
}
