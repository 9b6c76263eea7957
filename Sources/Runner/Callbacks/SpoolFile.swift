import Glibc
import SystemBase

/// A file without a name: it goes with its descriptor.
final class SpoolFile: Sendable {
  private let descriptor: CInt

  init(adopting descriptor: CInt) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Writes all of `bytes` behind what was written before: write(2).
  ///
  /// - Returns: false where the disk takes no more.
  func append(_ bytes: [UInt8]) -> Bool {
    ThreadRole.assertMayWaitForDisk()
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        // SAFETY: both stay within the array, since done < bytes.count.
        unsafe write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// At most `count` bytes from `offset` on, fewer at the end or where the disk fails: pread(2).
  func read(at offset: Int, count: Int) -> [UInt8] {
    ThreadRole.assertMayWaitForDisk()
    return unsafe [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
      while filled < count {
        // SAFETY: both stay within the buffer, since filled < count.
        let got = unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, offset + filled)
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        filled += got
      }
    }
  }
}
