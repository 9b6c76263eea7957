internal import CLinux
internal import Glibc

/// A launch that has not ended, with the read ends of its output pipes.
struct ActiveLaunch: Sendable {
  let sink: any LaunchSink
  private var stdout: SharedDescriptor?
  private var stderr: SharedDescriptor?

  enum ReadResult {
    case data
    case wouldBlock
    case endOfFile
  }

  /// What is read at most of a pipe whose writers are gone: the largest that a pipe can be made
  /// (/proc/sys/fs/pipe-max-size), as a job may have enlarged it. Descriptors that a job handed to
  /// a stranger could otherwise keep the loop here for ever.
  private static let drainBytesMax = 1 << 20

  init(sink: any LaunchSink, stdout: SharedDescriptor, stderr: SharedDescriptor) {
    self.sink = sink
    self.stdout = stdout
    self.stderr = stderr
  }

  var readers: [(OutputStream, SharedDescriptor)] {
    [(.stdout, stdout), (.stderr, stderr)].compactMap { stream, reader in
      reader.map { (stream, $0) }
    }
  }

  func reader(_ stream: OutputStream) -> SharedDescriptor? {
    switch stream {
    case .stdout: stdout
    case .stderr: stderr
    }
  }

  mutating func closeReader(_ stream: OutputStream) {
    switch stream {
    case .stdout: stdout = nil
    case .stderr: stderr = nil
    }
  }

  func readOnce(
    _ stream: OutputStream, _ reader: SharedDescriptor, using buffer: inout [UInt8]
  ) -> ReadResult {
    let count = unsafe buffer.withUnsafeMutableBufferPointer { part in
      unsafe linux_read(reader.fd, part.baseAddress!, UInt64(part.count))
    }
    guard count > 0 else { return count == Int64(-EAGAIN) ? .wouldBlock : .endOfFile }
    sink.output(stream, buffer[..<Int(count)])
    return .data
  }

  func drain(_ stream: OutputStream, _ reader: SharedDescriptor, using buffer: inout [UInt8]) {
    var rounds = Self.drainBytesMax / buffer.count + 1
    while rounds > 0, readOnce(stream, reader, using: &buffer) == .data { rounds -= 1 }
  }
}
