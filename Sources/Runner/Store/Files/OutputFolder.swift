import Glibc
import RunnerCore
import SystemBase

/// The folder of long output, one file a stream: `out/3f/3f….stdout`. Every name is resolved
/// beneath a directory descriptor, and no link is followed.
final class OutputFolder: OutputStorage {
  let memoryBytesMax: Int
  let folder: Int32
  /// O_TMPFILE of open(2), which Glibc shows with _GNU_SOURCE only.
  private static let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
  private let log: any Logger
  let disk = DiskThreads()

  /// - Parameter folder: an open directory, which this closes at its end.
  init(adopting folder: Int32, memoryBytesMax: Int, log: any Logger) {
    self.folder = folder
    self.memoryBytesMax = memoryBytesMax
    self.log = log
  }

  deinit {
    close(folder)
  }

  func create(_ id: JobID, _ stream: OutputStreamName) -> any OutputFile {
    StoredFile(
      on: disk, making: { [self] in make(id, stream) },
      removing: { [self] in remove(id, Self.path(of: id, stream)) })
  }

  /// - Returns: the descriptor of a new, empty file; -1 where there is none, which is logged.
  private func make(_ id: JobID, _ stream: OutputStreamName) -> Int32 {
    let code = makePart(of: id)
    guard code == 0 else { return complain(id, stream, code) }
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    let file = unsafe openat(folder, Self.path(of: id, stream), flags, 0o600)
    return file >= 0 ? file : complain(id, stream, errno)
  }

  /// The file of a stream; nil where there is none.
  func open(_ id: JobID, _ stream: OutputStreamName) -> StoredFile? {
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let file = unsafe openat(folder, Self.path(of: id, stream), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    return file >= 0 ? StoredFile(adopting: file, on: disk) : nil
  }

  /// A file without a name, to read and write: O_TMPFILE of open(2). Nil where the file system
  /// knows no such files, or takes no more.
  func openUnnamed() -> Int32? {
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let file = unsafe openat(folder, ".", Self.unnamed | O_RDWR | O_CLOEXEC, 0o600)
    return file >= 0 ? file : nil
  }

  /// Removes the files of both streams of a job, and of their times.
  func remove(_ id: JobID) {
    for path in OutputStreamName.allCases.map({ Self.path(of: id, $0) }) + [Self.timesPath(of: id)]
    {
      remove(id, path)
    }
  }

  private func remove(_ id: JobID, _ path: String) {
    // SAFETY: Swift keeps the text until the call returns that reads it (unlinkat(2)).
    guard unsafe unlinkat(folder, path, 0) != 0, errno != ENOENT else { return }
    let why = ErrorCode.message(errno)
    log.log(
      .warning, "output.removal_failed", "output of job \(id) could not be removed: \(why)",
      ["job": "\(id)", "error": "\(why)"])
  }

  /// The jobs that have a file in one of the 256 parts.
  func jobs(inPart part: UInt8) -> Set<JobID> {
    // SAFETY: fdopendir(3) takes over the descriptor, and the stream is closed once. Each entry is
    // read before the next readdir(3); its name ends with NUL within the 256 bytes of `d_name`.
    let descriptor = unsafe openat(
      folder, Self.name(ofPart: part), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return [] }
    guard let stream = unsafe fdopendir(descriptor) else {
      close(descriptor)
      return []
    }
    defer { unsafe closedir(stream) }
    var jobs: Set<JobID> = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if let id = JobID(name.prefix(JobID.digitCount)) { jobs.insert(id) }
    }
    return jobs
  }

  private func complain(_ id: JobID, _ stream: OutputStreamName, _ code: Int32) -> Int32 {
    let why = ErrorCode.message(code)
    log.log(
      .warning, "output.file_failed", "\(stream.rawValue) of job \(id) gets no file: \(why)",
      ["job": "\(id)", "stream": .text(stream.rawValue), "error": "\(why)"])
    return -1
  }

  /// Makes the part of the folder that a job's files stand in, where it is missing.
  ///
  /// - Returns: errno where that fails; else 0.
  func makePart(of id: JobID) -> Int32 {
    // SAFETY: Swift keeps the text until the call returns that reads it (mkdirat(2)).
    unsafe mkdirat(folder, Self.part(of: id), 0o700) != 0 && errno != EEXIST ? errno : 0
  }

  /// Path of the file of a job's times, beneath the folder.
  static func timesPath(of id: JobID) -> String { "\(part(of: id))/\(id).times" }

  private static func part(of id: JobID) -> String { name(ofPart: id.bytes[0]) }

  private static func name(ofPart part: UInt8) -> String {
    let digits = String(part, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }

  /// Path of the file of a stream, beneath the folder.
  static func path(of id: JobID, _ stream: OutputStreamName) -> String {
    "\(part(of: id))/\(id).\(stream.rawValue)"
  }
}
