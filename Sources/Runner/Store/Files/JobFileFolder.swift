import Glibc
package import RunnerCore
import Synchronization
import SystemBase

/// The folder of the files that go with jobs: `files/<id>/`, with a folder for each step of their
/// way.
///
///     part/   what is being sent; one that is cut is shortened to its last whole piece
///     size/   how long the whole pieces of that are together: the length of a file without bytes
///     work/   what has come whole: the launcher takes it away as the working folder of the job
///     made/   what the job left: regular files, which the launcher moves there after its end
///     out/    what is kept of that
///
/// Every name is one component, resolved beneath an open folder, and no link is followed.
package final class JobFileFolder: JobFileStorage {
  private static let steps = ["part", "size", "work", "made", "out"]

  let disk = DiskThreads()
  private let folder: Int32
  private let log: any Logger
  private let uploads = Mutex(UploadTable())

  /// - Parameter folder: an open directory, which this closes at its end.
  init(adopting folder: Int32, log: any Logger) {
    self.folder = folder
    self.log = log
  }

  deinit {
    close(folder)
  }

  /// Does `body` on a thread of the disk.
  func perform<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      disk.write { continuation.resume(returning: body()) }
    }
  }

  /// Does `body` on a thread for reads: digests of long files do not keep it waiting.
  private func performRead<Result: Sendable>(
    _ body: @escaping @Sendable () -> Result
  ) async -> Result {
    await withCheckedContinuation { continuation in
      disk.read { continuation.resume(returning: body()) }
    }
  }

  // MARK: Uploads

  package func beginUpload(
    _ piece: UploadPiece, for id: JobID, bytesMax: Int
  ) async throws(FileRefusal) -> any FileUpload {
    let result = await perform { [self] in open(piece, for: id, bytesMax: bytesMax) }
    let file = try result.get()
    guard
      let upload = StoredUpload(
        piece, of: id, bytesMax: bytesMax, adopting: file, in: self)
    else {
      close(file)
      _ = uploads.withLock { $0.end(piece.name, of: id, partBytes: nil) }
      throw .failed("ENOMEM")
    }
    return upload
  }

  private func open(
    _ piece: UploadPiece, for id: JobID, bytesMax: Int
  ) -> Result<Int32, FileRefusal> {
    do throws(FileRefusal) {
      load(id)
      try uploads.withLock { (uploads) throws(FileRefusal) in
        try uploads.begin(piece, of: id, bytesMax: bytesMax)
      }
      do throws(FileRefusal) {
        let part = OpenFolder(try make(id, "part"))
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (piece.offset == 0 ? O_TRUNC : 0)
        // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
        let file = unsafe openat(part.number, piece.name.text, flags, 0o600)
        guard file >= 0 else { throw Self.refusal(errno) }
        if piece.offset == 0, let sizes = openStep("size", of: id) {
          sizes.remove(Array(piece.name.text.utf8))
        }
        // An earlier process may have ended within a piece.
        guard ftruncate(file, off_t(piece.offset)) == 0,
          lseek(file, off_t(piece.offset), SEEK_SET) == off_t(piece.offset)
        else {
          close(file)
          throw Self.refusal(errno)
        }
        return .success(file)
      } catch {
        _ = uploads.withLock {
          $0.end(piece.name, of: id, partBytes: piece.offset == 0 ? nil : piece.offset)
        }
        throw error
      }
    } catch {
      return .failure(error)
    }
  }

  /// Counts bytes of a piece on its way.
  ///
  /// - Throws: `FileRefusal` where they are too many for the job, or its files were removed.
  func count(
    _ bytes: Int, of piece: UploadPiece, for id: JobID, bytesMax: Int
  ) throws(FileRefusal) {
    try uploads.withLock { (uploads) throws(FileRefusal) in
      try uploads.add(bytes, to: piece.name, of: id, bytesMax: bytesMax)
    }
  }

  /// Takes a piece back: the file is what it was before it.
  func cut(_ piece: UploadPiece, for id: JobID, _ file: Int32) {
    if piece.offset > 0 {
      ftruncate(file, off_t(piece.offset))
    } else if let part = openStep("part", of: id) {
      // SAFETY: Swift keeps the text until the call returns that reads it (unlinkat(2)).
      unsafe unlinkat(part.number, piece.name.text, 0)
    }
    _ = uploads.withLock {
      $0.end(piece.name, of: id, partBytes: piece.offset == 0 ? nil : piece.offset)
    }
  }

  /// Keeps a piece that is whole.
  func keep(
    _ piece: UploadPiece, for id: JobID, byteCount: Int
  ) throws(FileRefusal) -> UploadedFile {
    if piece.isLast {
      // Without it the job's files were removed: nothing is made again that would stay.
      guard let part = openStep("part", of: id) else { throw .sealed }
      let work = OpenFolder(try make(id, "work"))
      // SAFETY: Swift keeps the texts until the call returns that reads them (renameat(2)).
      guard unsafe renameat(part.number, piece.name.text, work.number, piece.name.text) == 0 else {
        let code = errno
        if code == ENOENT { removeEmpty("work", of: id) }
        throw code == ENOENT ? .sealed : Self.refusal(code)
      }
      // The answer says that it is there, and the next start must find it after a loss of power.
      guard fsync(work.number) == 0 else { throw Self.refusal(errno) }
      openStep("size", of: id)?.remove(Array(piece.name.text.utf8))
      _ = uploads.withLock { $0.end(piece.name, of: id, partBytes: nil, wholeBytes: byteCount) }
    } else {
      try recordSize(byteCount, of: piece.name, for: id)
      let isKept = uploads.withLock { $0.end(piece.name, of: id, partBytes: byteCount) }
      guard isKept else {
        // The job's files were removed, and the mark may have come behind that.
        openStep("size", of: id)?.remove(Array(piece.name.text.utf8))
        removeEmpty("size", of: id)
        throw .sealed
      }
    }
    return UploadedFile(name: piece.name, byteCount: byteCount, isWhole: piece.isLast)
  }

  /// Records how many bytes of a file have come in whole pieces: the next process goes by that, and
  /// not by the length of a file that it may have died over.
  private func recordSize(
    _ byteCount: Int, of name: FileName, for id: JobID
  ) throws(FileRefusal) {
    guard openStep("part", of: id) != nil else { throw .sealed }
    let sizes = OpenFolder(try make(id, "size"))
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let mark = unsafe openat(
      sizes.number, name.text, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard mark >= 0 else { throw Self.refusal(errno) }
    defer { close(mark) }
    guard ftruncate(mark, off_t(byteCount)) == 0, fsync(mark) == 0, fsync(sizes.number) == 0 else {
      throw Self.refusal(errno)
    }
  }

  package func uploads(for id: JobID) async -> [UploadedFile] {
    // Nothing removes what is taken over of a job that takes no more files.
    let folder = await perform { [self] in uploads.withLock { $0.folders[id] } ?? read(id) }
    return folder.files.sorted { $0.key < $1.key }.map { name, file in
      UploadedFile(
        name: name, byteCount: file.byteCount, isWhole: file.partBytes == nil && !file.isBusy)
    }
  }

  package func seal(_ id: JobID) async throws(FileRefusal) {
    let result = await perform { [self] () -> Result<Void, FileRefusal> in
      do throws(FileRefusal) {
        load(id)
        try uploads.withLock { (uploads) throws(FileRefusal) in try uploads.seal(id) }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  package func unseal(_ id: JobID) {
    uploads.withLock { $0.unseal(id) }
  }

  package func discardUploads(for id: JobID) async {
    uploads.withLock { $0.remove(id) }
    await perform { [self] in remove(id, Self.steps.filter { $0 != "out" }) }
  }

  /// Takes over the files of a job from the disk where they are not known. No lock is held
  /// meanwhile.
  private func load(_ id: JobID) {
    guard uploads.withLock({ $0.folders[id] == nil }) else { return }
    let found = read(id)
    uploads.withLock { $0.load(id, found) }
  }

  /// What an earlier process took for a job.
  private func read(_ id: JobID) -> UploadTable.Folder {
    var found = UploadTable.Folder()
    for (name, size) in sizes(of: "work", id) {
      found.files[name, default: .init()].wholeBytes = size
    }
    let whole = Dictionary(sizes(of: "size", id)) { size, _ in size }
    for (name, size) in sizes(of: "part", id) {
      // Without a whole piece there is nothing to go on with.
      guard let bytes = whole[name].map({ min($0, size) }), bytes > 0 else { continue }
      found.files[name, default: .init()].partBytes = bytes
    }
    return found
  }

  private func sizes(of step: String, _ id: JobID) -> [(FileName, Int)] {
    guard let folder = openStep(step, of: id) else { return [] }
    return folder.names().compactMap { name in
      guard let name = Self.name(name), let status = folder.status(of: name.text) else {
        return nil
      }
      return (name, Int(status.st_size))
    }
  }

  // MARK: Launch and end

  package func openFolder(of id: JobID) async throws(FileRefusal) -> Int32 {
    let result = await performRead { [self] () -> Result<Int32, FileRefusal> in
      do throws(FileRefusal) {
        for step in ["work", "made"] { _ = OpenFolder(try make(id, step)) }
        guard let own = openStep(nil, of: id) else { throw Self.refusal(errno) }
        return .success(own.surrender())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  package func collect(_ id: JobID, by rules: FileRules) async -> [JobFile] {
    await perform { [self] in
      var kept: [JobFile] = []
      guard let made = openStep("made", of: id) else { return [] }
      let names = made.names().compactMap(Self.name).filter { name in
        rules.patterns.contains { $0.matches(name) }
      }
      for name in names.sorted() {
        do throws(FileRefusal) {
          guard kept.count < FileRules.filesMax else { throw .tooMany(FileRules.filesMax) }
          let room = rules.keptBytesMax - kept.reduce(0) { $0 + $1.byteCount }
          let file = try MadeFile(name, in: made).read(within: room)
          let out = OpenFolder(try make(id, "out"))
          // SAFETY: Swift keeps the texts until the call returns that reads them (renameat(2)).
          guard unsafe renameat(made.number, name.text, out.number, name.text) == 0 else {
            throw Self.refusal(errno)
          }
          guard fsync(out.number) == 0 else { throw Self.refusal(errno) }
          kept.append(file)
        } catch {
          log.log(
            .warning, "files.not_kept", "\(name) of job \(id) is not kept: \(error)",
            ["job": "\(id)", "file": .text(name.text), "error": "\(error)"])
        }
      }
      return kept
    }
  }

  package func open(_ file: JobFile, of id: JobID) async -> (any OutputFile)? {
    await performRead { [self] in
      guard let out = openStep("out", of: id) else { return nil }
      // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
      let number = unsafe openat(out.number, file.name.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard number >= 0 else { return nil }
      return StoredFile(adopting: number, on: disk)
    }
  }

  // MARK: Removal

  /// Removes all files of a job.
  func remove(_ id: JobID) { remove(id, Self.steps) }

  /// Jobs that have a folder here.
  func jobs() async -> [JobID] {
    await perform { [self] in
      // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
      let copy = unsafe openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard copy >= 0 else { return [] }
      return OpenFolder(copy).names().compactMap { bytes in
        JobID(String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  private func remove(_ id: JobID, _ steps: [String]) {
    guard let own = openStep(nil, of: id) else { return }
    for step in steps {
      guard let folder = openStep(step, of: id) else { continue }
      for name in folder.names() { folder.remove(name) }
      // SAFETY: Swift keeps the texts until the call returns that reads them (unlinkat(2)).
      guard unsafe unlinkat(own.number, step, AT_REMOVEDIR) != 0, errno != ENOENT else { continue }
      let why = ErrorCode.message(errno)
      log.log(
        .warning, "files.removal_failed", "files of job \(id) could not be removed: \(why)",
        ["job": "\(id)", "error": "\(why)"])
    }
    // Where files are kept it stays.
    unsafe unlinkat(folder, "\(id)", AT_REMOVEDIR)
  }

  /// Removes a folder of a job that was made behind the removal of its files, and the job's own.
  private func removeEmpty(_ step: String, of id: JobID) {
    // SAFETY: Swift keeps the texts until the calls return that read them (unlinkat(2)).
    for path in ["\(id)/\(step)", "\(id)"] { _ = unsafe unlinkat(folder, path, AT_REMOVEDIR) }
  }

  // MARK: Folders

  /// A folder of a job, or its own; nil where there is none.
  private func openStep(_ step: String?, of id: JobID) -> OpenFolder? {
    let path = step.map { "\(id)/\($0)" } ?? "\(id)"
    // SAFETY: Swift keeps the text until the call returns that reads it (openat(2)).
    let number = unsafe openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    return number >= 0 ? OpenFolder(number) : nil
  }

  /// Makes a folder of a job where it is missing.
  ///
  /// - Returns: its descriptor, which the caller closes.
  private func make(_ id: JobID, _ step: String) throws(FileRefusal) -> Int32 {
    for (path, parent) in [("\(id)", "."), ("\(id)/\(step)", "\(id)")] {
      // SAFETY: Swift keeps the texts until the calls return that read them (mkdirat(2),
      // openat(2)).
      guard unsafe mkdirat(folder, path, 0o700) != 0 else {
        let made = OpenFolder(unsafe openat(folder, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard made.number >= 0, fsync(made.number) == 0 else { throw Self.refusal(errno) }
        continue
      }
      guard errno == EEXIST else { throw Self.refusal(errno) }
    }
    guard let handle = openStep(step, of: id) else { throw Self.refusal(errno) }
    return handle.surrender()
  }

  static func refusal(_ code: Int32) -> FileRefusal {
    code == ENOSPC || code == EDQUOT ? .full : .failed(ErrorCode.name(code))
  }

  private static func name(_ bytes: [UInt8]) -> FileName? {
    do throws(FileName.ParseError) {
      return try FileName(bytes)
    } catch {
      return nil
    }
  }
}
