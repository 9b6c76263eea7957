internal import Dispatch
import Glibc
import SystemBase

/// Room on the disk of the state folder that is held for deletions and for the next start: a file
/// that holds nothing (fallocate(2)). Without it a full disk could not be cleared through the
/// service, because a deletion is written to the log of the database too.
final class DiskReservation: Sendable {
  /// What is held, in bytes, the most that there is room for: the first is more than a batch of
  /// deletions and the index of SQLite's longest log take together.
  private static let sizes: [off_t] = [1 << 20, 1 << 19, 1 << 18, 1 << 17, 1 << 16]
  /// What a start needs, in bytes: the index of the longest log, and what recovery writes.
  private static let startBytes: off_t = 1 << 18

  private let file: Int32
  private let queue = DispatchQueue(label: "http-runner store, reservation")

  init(in folder: borrowing StateFolder) throws(StateFolder.Failure) {
    file = try folder.open("reserve")
  }

  deinit {
    close(file)
  }

  /// Gives up the room for the duration of a start, which writes the log's index through a map: a
  /// block that is missing there is SIGBUS, and not an error.
  ///
  /// - Returns: false when the disk has less room than that.
  func releaseForStart() -> Bool {
    let held = fill()
    release()
    return held >= Self.startBytes
  }

  /// Gives up the room; returns when it is free.
  func makeRoom() async {
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        ThreadRole.diskReservation.run { release() }
        continuation.resume()
      }
    }
  }

  /// Bytes that are free for this process beside what is held: fstatvfs(3); nil where that fails.
  func freeBytes() async -> UInt64? {
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        continuation.resume(returning: ThreadRole.diskReservation.run { measureFree() })
      }
    }
  }

  private func measureFree() -> UInt64? {
    ThreadRole.assertMayWaitForDisk()
    var status = statvfs()
    // SAFETY: fstatvfs(3) writes one structure of the type of `status`.
    guard unsafe fstatvfs(file, &status) == 0 else { return nil }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  /// Takes the room again in the background, if there is any.
  func refill() {
    queue.async { [self] in ThreadRole.diskReservation.run { holdRoom() } }
  }

  private func holdRoom() {
    ThreadRole.diskReservation.assertCurrent()
    _ = fill()
  }

  private func release() {
    ThreadRole.assertMayWaitForDisk()
    _ = ftruncate(file, 0)
  }

  /// - Returns: how many bytes are held now.
  private func fill() -> off_t {
    for size in Self.sizes {
      if posix_fallocate(file, 0, size) == 0 { return size }
      // A part of it may have been allocated.
      release()
    }
    return 0
  }
}
