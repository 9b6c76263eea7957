internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

/// Copies a descriptor of this process into a pipe for a job, because the launcher accepts no files
/// as streams.
///
/// SAFETY: pipe2(2) writes two local variables, and read(2) at most the size of the buffer.
package final class InputPipe: Sendable {
  private let reader: Descriptor

  /// The read end for the job; open for as long as this lives.
  package var fd: Int32 { reader.fd }

  /// Makes the pipe and starts the thread that copies into it.
  ///
  /// - Parameter source: read to its end by a thread of its own; it stays open until then.
  /// - Throws: `SystemCallFailure` when no descriptor is left; nothing is copied then.
  package init(from source: Int32) throws(SystemCallFailure) {
    var read: CInt = -1
    var write: CInt = -1
    let answer = unsafe linux_pipe2_blocking(&read, &write)
    try checked("pipe2", answer)
    reader = Descriptor(adopting: read)
    let writer = SharedDescriptor(Descriptor(adopting: write))
    DedicatedThread.start { Self.copy(from: source, to: writer) }
  }

  /// Ends with the source, or with the job that does not read any more.
  private static func copy(from source: Int32, to writer: SharedDescriptor) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    do throws(SystemCallFailure) {
      while true {
        let count = unsafe buffer.withUnsafeMutableBufferPointer { part in
          unsafe linux_read(source, part.baseAddress!, UInt64(part.count))
        }
        guard count > 0 else { return }
        try File.writeAll(Array(buffer.prefix(Int(count))), to: writer.fd)
      }
    } catch {
      // EPIPE: the job has ended, or closed its input.
    }
  }
}
