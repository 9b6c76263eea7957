import RunnerCore

/// What was sent for the jobs that are held, and what is on its way.
struct UploadTable {
  /// One file of a job.
  struct File {
    /// Bytes of the file, once it is whole.
    var wholeBytes: Int?
    /// Bytes of a file that is not whole; those of the piece on its way included.
    var partBytes: Int?
    /// Whether a piece is on its way.
    var isBusy = false

    /// Bytes that it takes of the job's bound: a new one takes the place of the old.
    var byteCount: Int { partBytes ?? wholeBytes ?? 0 }
  }

  /// All files of a job.
  struct Folder {
    var files: [FileName: File] = [:]
    var isSealed = false

    /// Bytes of all files together.
    var byteCount: Int { files.values.reduce(0) { $0 + $1.byteCount } }
  }

  private(set) var folders: [JobID: Folder] = [:]

  /// Takes over what was found of a job, unless its files are known meanwhile.
  mutating func load(_ id: JobID, _ found: Folder) {
    folders[id] = folders[id] ?? found
  }

  /// Begins a piece of a file.
  ///
  /// - Throws: `FileRefusal`; nothing has changed then.
  mutating func begin(
    _ piece: UploadPiece, of id: JobID, bytesMax: Int
  ) throws(FileRefusal) {
    guard var folder = folders[id], !folder.isSealed else { throw .sealed }
    var file = folder.files[piece.name] ?? File()
    guard !file.isBusy else { throw .busy }
    guard !piece.replacesNothing || file.wholeBytes == nil else { throw .existing }
    guard piece.offset == 0 || piece.offset == file.partBytes else {
      throw .wrongOffset(file.partBytes ?? file.wholeBytes ?? 0)
    }
    guard folder.files[piece.name] != nil || folder.files.count < FileRules.filesMax else {
      throw .tooMany(FileRules.filesMax)
    }
    file.isBusy = true
    file.partBytes = piece.offset
    folder.files[piece.name] = file
    guard folder.byteCount + (piece.byteCount ?? 0) <= bytesMax else { throw .tooLong(bytesMax) }
    folders[id] = folder
  }

  /// Counts bytes of a piece on its way.
  ///
  /// - Throws: `FileRefusal`: too many for the job, or sealed where its files were removed
  ///   meanwhile, as those of a job that is cancelled are.
  mutating func add(
    _ count: Int, to name: FileName, of id: JobID, bytesMax: Int
  ) throws(FileRefusal) {
    guard let folder = folders[id], folder.files[name]?.partBytes != nil else { throw .sealed }
    guard folder.byteCount + count <= bytesMax else { throw .tooLong(bytesMax) }
    folders[id]?.files[name]?.partBytes? += count
  }

  /// Ends a piece: the file has `partBytes` then, or `wholeBytes`, or is what it was before it.
  ///
  /// - Returns: false where the job's files were removed meanwhile.
  @discardableResult
  mutating func end(
    _ name: FileName, of id: JobID, partBytes: Int?, wholeBytes: Int? = nil
  ) -> Bool {
    guard var file = folders[id]?.files[name] else { return false }
    file.isBusy = false
    file.partBytes = partBytes
    file.wholeBytes = wholeBytes ?? file.wholeBytes
    folders[id]?.files[name] = file.partBytes == nil && file.wholeBytes == nil ? nil : file
    return true
  }

  /// Takes no more pieces.
  mutating func seal(_ id: JobID) throws(FileRefusal) {
    guard let folder = folders[id] else { return }
    for (name, file) in folder.files.sorted(by: { $0.key < $1.key }) {
      guard !file.isBusy else { throw .busy }
      if let bytes = file.partBytes { throw .unfinished(name, bytes) }
    }
    folders[id]?.isSealed = true
  }

  mutating func unseal(_ id: JobID) { folders[id]?.isSealed = false }

  mutating func remove(_ id: JobID) { folders[id] = nil }
}
