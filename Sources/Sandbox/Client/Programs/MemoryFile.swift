internal import CLinux
package import SandboxBase
internal import SystemBase

/// Bytes in memory behind a descriptor, for a job to read: they can be neither changed nor
/// executed. memfd_create(2), sealed.
package final class MemoryFile: Sendable {
  private let descriptor: Descriptor

  /// The descriptor of the file; open for as long as this lives.
  package var fd: Int32 { descriptor.fd }

  /// Makes a sealed memory file of these bytes (memfd_create(2)).
  ///
  /// - Throws: when the kernel has no memory or no descriptor left.
  package init(holding bytes: [UInt8]) throws(SystemCallFailure) {
    let code = unsafe bytes.withUnsafeBufferPointer { buffer in
      // SAFETY: the call reads as many bytes as the array has, and keeps no pointer.
      unsafe buffer.baseAddress.map { unsafe linux_memfd_create($0, UInt64(buffer.count)) }
    }
    descriptor = Descriptor(adopting: try checked("memfd_create", code ?? -22))
  }

  /// All that such a file holds.
  static func contents(of fd: Int32) throws(SystemCallFailure) -> [UInt8] {
    let size = try File.status(fd).size
    return try size == 0 ? [] : File.head(fd, bytesMax: Int(size))
  }
}
