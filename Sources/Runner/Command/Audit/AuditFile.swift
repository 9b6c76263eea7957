internal import Dispatch
internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import Synchronization
internal import SystemBase

/// The core's `AuditLog` port over a file that is rotated by size and by signal.
///
/// A record is encoded by who makes it and written by a thread of its own, many at a time. Where
/// the disk does not keep up, or refuses, lines are counted as lost, and the count is a line as
/// soon as one can be written.
final class AuditFile: AuditLog {
  private struct Pending {
    var bytes: [UInt8] = []
    var count = 0
    /// Lines that were not kept since the last line that says so.
    var lostCount = 0
    var isRotationDue = false
    /// The count of lost lines is written without a further line.
    var isFlushDue = false
    var isDraining = false

    var isDue: Bool { !bytes.isEmpty || isRotationDue || isFlushDue }
  }

  /// State of the writing thread.
  private struct Output: ~Copyable {
    let folder: AuditFolder
    var file: SharedDescriptor?
    var fileBytes: Int64
    var isFailing = false
  }

  /// Bytes of lines that wait for the disk at most.
  static let pendingBytesMax = 4 << 20

  private let bytesMax: Int64
  private let keptCount: Int
  private let log: any Logger
  private let clock: any WallClock
  private let pending = Mutex(Pending())
  private let output: Mutex<Output>
  private let queue = DispatchQueue(label: "http-runner audit")

  /// Opens the log of `settings`; nil where they have none. Called after the drop of privileges.
  ///
  /// - Throws: `StartFailure` where its folder or file cannot be opened.
  static func open(
    _ settings: ServiceSettings, log: any Logger
  ) throws(StartFailure) -> AuditFile? {
    guard let path = settings.auditFolder else { return nil }
    return try AuditFile(
      AuditFolder(opening: path), bytesMax: settings.auditBytes, keptCount: settings.auditKept,
      log: log, clock: SystemClock())
  }

  /// - Parameters:
  ///   - bytesMax: size in bytes at which the file is rotated.
  ///   - keptCount: rotated files that are kept.
  init(
    _ folder: consuming AuditFolder, bytesMax: Int, keptCount: Int, log: any Logger,
    clock: any WallClock
  ) throws(StartFailure) {
    self.bytesMax = Int64(bytesMax)
    self.keptCount = keptCount
    self.log = log
    self.clock = clock
    guard let file = folder.openFile() else {
      throw .system("The audit log cannot be opened: \(ErrorCode.message(errno)).")
    }
    output = Mutex(Output(folder: folder, file: file, fileBytes: Self.size(of: file)))
  }

  func record(_ record: AuditRecord) {
    let line = AuditLine.bytes(record)
    let starts = pending.withLock { pending in
      guard pending.bytes.count + line.count <= Self.pendingBytesMax else {
        pending.lostCount += 1
        return false
      }
      pending.bytes += line
      pending.count += 1
      return Self.begin(&pending)
    }
    if starts { drainLater() }
  }

  /// Begins a new file; from any thread.
  func rotate() {
    let starts = pending.withLock { pending in
      pending.isRotationDue = true
      return Self.begin(&pending)
    }
    if starts { drainLater() }
  }

  /// Returns when all that was recorded before is written, or counted as lost.
  func flush() async {
    let starts = pending.withLock { pending in
      pending.isFlushDue = pending.lostCount > 0
      return Self.begin(&pending)
    }
    if starts { drainLater() }
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
  }

  private static func begin(_ pending: inout Pending) -> Bool {
    defer { pending.isDraining = true }
    return !pending.isDraining
  }

  private func drainLater() {
    queue.async { [self] in ThreadRole.audit.run { drain() } }
  }

  private func drain() {
    ThreadRole.audit.assertCurrent()
    while true {
      let batch = pending.withLock { pending in
        let batch = pending
        pending = Pending(isDraining: batch.isDue)
        if !batch.isDue { pending.lostCount = batch.lostCount }
        return batch
      }
      guard batch.isDue else { return }
      let isWritten = output.withLock { write(batch, to: &$0) }
      if !isWritten { pending.withLock { $0.lostCount += batch.lostCount + batch.count } }
    }
  }

  /// - Returns: whether all of it is in the file.
  private func write(_ batch: Pending, to output: inout Output) -> Bool {
    let lost =
      batch.lostCount > 0 ? AuditLine.bytes(lostCount: batch.lostCount, at: clock.now()) : []
    let bytes = lost + batch.bytes
    if batch.isRotationDue || output.fileBytes + Int64(bytes.count) > bytesMax {
      if output.fileBytes > 0 || batch.isRotationDue { output.folder.rotate(keeping: keptCount) }
      output.file = output.folder.openFile()
      output.fileBytes = output.file.map(Self.size) ?? 0
    }
    if output.file == nil { output.file = output.folder.openFile() }
    let isWritten = output.file.map { bytes.isEmpty || Self.append(bytes, to: $0) } ?? false
    if isWritten { output.fileBytes += Int64(bytes.count) }
    report(!isWritten, &output.isFailing)
    return isWritten
  }

  /// Says once that lines are lost, and once that they are not any more.
  private func report(_ fails: Bool, _ isFailing: inout Bool) {
    guard fails != isFailing else { return }
    isFailing = fails
    if fails {
      log.log(
        .error, "audit.failed",
        "the audit log cannot be written, and lines of it are lost: make room, or look at its "
          + "folder")
    } else {
      log.log(.warning, "audit.recovered", "the audit log is written again; it says what was lost")
    }
  }

  /// Appends all bytes, or takes back what was written of them.
  private static func append(_ bytes: [UInt8], to file: SharedDescriptor) -> Bool {
    ThreadRole.assertMayWaitForDisk()
    let before = size(of: file)
    // SAFETY: write(2) reads as many bytes as the array has, which outlives the call.
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(file.fd, $0.baseAddress, $0.count)
    }
    if count == bytes.count { return true }
    // A cut line would make the next one unreadable.
    if count > 0 { _ = ftruncate(file.fd, off_t(before)) }
    return false
  }

  private static func size(of file: SharedDescriptor) -> Int64 {
    var status = stat()
    // SAFETY: fstat(2) writes one structure of the type of `status`.
    return unsafe fstat(file.fd, &status) == 0 ? Int64(status.st_size) : 0
  }
}
