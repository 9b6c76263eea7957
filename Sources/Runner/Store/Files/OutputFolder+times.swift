import Glibc
import RunnerCore

/// When the output of a job came: one small file a job, `out/3f/3f….times`.
extension OutputFolder {
  /// Bytes of the file at most.
  private static let timesBytesMax = 256 << 10

  func keep(stdout: OutputTimes, stderr: OutputTimes, of id: JobID) async {
    var bytes: [UInt8] = []
    stdout.encode(into: &bytes)
    stderr.encode(into: &bytes)
    await withCheckedContinuation { done in
      disk.write { [self, bytes] in
        writeTimes(bytes, of: id)
        done.resume()
      }
    }
  }

  func times(of id: JobID, _ stream: OutputStreamName) async -> OutputTimes? {
    let bytes = await withCheckedContinuation { done in
      disk.read { [self] in done.resume(returning: readTimes(of: id)) }
    }
    var rest = bytes[...]
    guard let stdout = OutputTimes(decoding: &rest), let stderr = OutputTimes(decoding: &rest),
      rest.isEmpty
    else { return nil }
    return stream == .stdout ? stdout : stderr
  }

  /// All of it, or no file.
  private func writeTimes(_ bytes: [UInt8], of id: JobID) {
    let path = Self.timesPath(of: id)
    guard makePart(of: id) == 0 else { return }
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let file = unsafe openat(folder, path, flags, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    // SAFETY: write(2) reads the bytes of the array, whose count it gets; unlinkat(2) as openat(2).
    guard unsafe write(file, bytes, bytes.count) != bytes.count else { return }
    _ = unsafe unlinkat(folder, path, 0)
  }

  private func readTimes(of id: JobID) -> [UInt8] {
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let file = unsafe openat(
      folder, Self.timesPath(of: id), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return [] }
    return StoredFile(adopting: file, on: disk).read(at: 0, count: Self.timesBytesMax)
  }
}
