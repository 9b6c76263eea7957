import RunnerCore
import Synchronization

/// Documents of jobs that ended, for clients that ask again: made once for each revision of a job,
/// and bounded.
final class DocumentCache: Sendable {
  fileprivate struct Entry {
    let revision: UInt64
    /// Of the commands that its `call` is made by.
    let generation: UInt64
    /// What the job wrote; a stream that was cut may still be counted.
    let outputBytes: UInt64
    let bytes: [UInt8]
  }

  fileprivate struct State {
    var entries: [JobID: Entry] = [:]
    /// Oldest first.
    var order: [JobID] = []
    /// The entry of `order` that makes room next.
    var next = 0
  }

  /// Documents that are kept.
  static let documentsMax = 64
  /// Bytes of one that is kept: with all of them at most 512 KiB.
  static let documentBytesMax = 8 << 10

  private let state = Mutex(State())

  /// Documents that it has.
  var count: Int { state.withLock { $0.entries.count } }

  /// The document that is kept; nil where there is none, or of another revision.
  func known(of job: JobSnapshot, generation: UInt64) -> [UInt8]? {
    let outputBytes = job.stdout.totalBytes &+ job.stderr.totalBytes
    guard Self.isKept(job), let entry = state.withLock({ $0.entries[job.id] }),
      entry.revision == job.revision, entry.outputBytes == outputBytes,
      entry.generation == generation
    else { return nil }
    return entry.bytes
  }

  private static func isKept(_ job: JobSnapshot) -> Bool {
    job.revision > 0 && !job.stdout.isEvicted && !job.stderr.isEvicted
  }

  /// The document of a job that has ended and lost no output to the budget of all jobs.
  ///
  /// - Parameters:
  ///   - commands: what its `call` is made by.
  ///   - generation: of the commands; one that was read before them.
  func document(
    of job: JobSnapshot, _ commands: CommandTable = .none, generation: UInt64 = 0
  ) -> [UInt8] {
    if let bytes = known(of: job, generation: generation) { return bytes }
    let outputBytes = job.stdout.totalBytes &+ job.stderr.totalBytes
    let bytes = JobDocument(job.withCall(commands)).bytes()
    if Self.isKept(job), bytes.count <= Self.documentBytesMax {
      let entry = Entry(
        revision: job.revision, generation: generation, outputBytes: outputBytes, bytes: bytes)
      state.withLock { $0.put(job.id, entry) }
    }
    return bytes
  }
}

extension DocumentCache.State {
  fileprivate mutating func put(_ id: JobID, _ entry: DocumentCache.Entry) {
    guard entries.updateValue(entry, forKey: id) == nil else { return }
    if order.count < DocumentCache.documentsMax {
      order.append(id)
      return
    }
    entries[order[next]] = nil
    order[next] = id
    next = (next + 1) % DocumentCache.documentsMax
  }
}
