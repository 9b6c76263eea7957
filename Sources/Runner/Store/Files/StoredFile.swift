import Glibc
import RunnerCore
import Synchronization
import SystemBase

/// An output stream in a file. The descriptor is closed when the object is released.
final class StoredFile: OutputFile {
  /// -1 before the first write, and where there is no file.
  private let descriptor: Atomic<Int32>
  let disk: DiskThreads
  /// Makes the file; taken by the first write.
  private let make: Mutex<(@Sendable () -> Int32)?>
  /// Removes the file that `make` made.
  private let remove: @Sendable () -> Void

  init(adopting descriptor: Int32, on disk: DiskThreads) {
    self.descriptor = Atomic(descriptor)
    self.disk = disk
    self.make = Mutex(nil)
    self.remove = {}
  }

  /// - Parameters:
  ///   - make: called once, on a thread of the disk's: the descriptor of a new file, or -1.
  ///   - remove: called on it where the new file does not take all of the first write.
  init(
    on disk: DiskThreads, making make: @escaping @Sendable () -> Int32,
    removing remove: @escaping @Sendable () -> Void
  ) {
    self.descriptor = Atomic(-1)
    self.disk = disk
    self.make = Mutex(make)
    self.remove = remove
  }

  deinit {
    let descriptor = number
    if descriptor >= 0 { close(descriptor) }
  }

  /// The descriptor; -1 where there is no file.
  var number: Int32 { descriptor.load(ordering: .acquiring) }

  func append(_ bytes: [UInt8], then done: @escaping @Sendable (Int) -> Void) {
    disk.write { [self] in
      guard let make = make.withLock({ $0.take() }) else { return done(append(bytes)) }
      let file = make()
      descriptor.store(file, ordering: .releasing)
      let written = append(bytes)
      // The stream stays in memory, and no row will speak of the file.
      if file >= 0, written < bytes.count { remove() }
      done(written)
    }
  }

  private func append(_ bytes: [UInt8]) -> Int {
    ThreadRole.diskWrites.assertCurrent()
    let descriptor = number
    var done = 0
    while done < bytes.count {
      // SAFETY: write(2) reads from offset `done` to the end of the buffer, which is not used after
      // the closure.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return done }
      done += count
    }
    return done
  }

  func read(
    at offset: UInt64, count: Int, then done: @escaping @Sendable ([UInt8]) -> Void
  ) {
    disk.read { [self] in
      ThreadRole.diskReads.assertCurrent()
      done(read(at: offset, count: count))
    }
  }

  func read(at offset: UInt64, count: Int) -> [UInt8] {
    ThreadRole.assertMayWaitForDisk()
    let descriptor = number
    // SAFETY: pread(2) writes behind the bytes that `filled` counts, up to `count`, which is no
    // more than the capacity; `filled` counts only bytes that were written.
    return unsafe [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
      while filled < count {
        let got = unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
          off_t(offset) + filled)
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        filled += got
      }
    }
  }

  /// Writes all of it through to the disk: fdatasync(2).
  func sync(then done: @escaping @Sendable (Bool) -> Void) {
    disk.write { [self] in done(fdatasync(number) == 0) }
  }

  /// Length of the file in bytes; nil when fstat(2) fails.
  var byteCount: Int? {
    var status = stat()
    // SAFETY: fstat(2) writes one structure of the type of `status`.
    guard unsafe fstat(number, &status) == 0 else { return nil }
    return Int(status.st_size)
  }
}
