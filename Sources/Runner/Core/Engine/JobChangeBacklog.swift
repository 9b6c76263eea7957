/// The newest change of each kind of each job, in the order in which they came, bounded in number
/// and bytes: the oldest make room.
struct JobChangeBacklog {
  private struct Key: Hashable {
    let id: JobID
    let isProgress: Bool

    init(_ id: JobID, _ kind: JobChange.Kind) {
      self.id = id
      self.isProgress = kind == .progress
    }
  }

  /// Changes that are kept, at most.
  static let countMax = 4096
  /// Bytes of JSON that are kept, at most.
  static let bytesMax = 4 << 20

  /// In the order of their sequences, with those that a newer one took the place of.
  private var changes: [JobChange] = []
  private var newest: [Key: Int] = [:]
  private var byteCount = 0
  /// Sequence of the newest change; 0 before the first.
  private(set) var last: UInt64 = 0
  /// All newer changes are here.
  private(set) var lost: UInt64 = 0

  /// Adds a change, in the place of the one before of the same job and kind.
  ///
  /// - Returns: false where that one was the same, and nothing is new.
  @discardableResult
  mutating func append(
    _ kind: JobChange.Kind, of id: JobID, owner: Principal?, _ json: [UInt8]
  ) -> Bool {
    let key = Key(id, kind)
    var owner = owner
    if let index = newest[key] {
      let old = changes[index]
      if old.kind == kind, old.json == json { return false }
      owner = owner ?? old.owner
      clear(index)
    }
    // What is behind its end, or forgotten, has no progress any more.
    if kind != .progress, let index = newest[Key(id, .progress)] {
      newest[Key(id, .progress)] = nil
      clear(index)
    }
    last += 1
    newest[key] = changes.count
    changes.append(JobChange(sequence: last, kind: kind, id: id, owner: owner, json: json))
    byteCount += json.count
    makeRoom()
    return true
  }

  /// Everything up to now is lost to those that have not read it.
  mutating func skip() {
    last += 1
    changes = []
    newest = [:]
    byteCount = 0
    lost = last
  }

  /// The next changes behind `sequence`, oldest first, of about `bytesMax` bytes.
  ///
  /// - Returns: nil where some of them are lost.
  func changes(after sequence: UInt64, bytesMax: Int) -> [JobChange]? {
    guard (lost...last).contains(sequence) else { return nil }
    var found: [JobChange] = []
    var bytes = 0
    for change in changes[firstIndex(after: sequence)...] where !change.json.isEmpty {
      found.append(change)
      bytes += change.json.count
      if bytes >= bytesMax { break }
    }
    return found
  }

  private func firstIndex(after sequence: UInt64) -> Int {
    changes.partitioningIndex { $0.sequence > sequence }
  }

  /// Its place stays, so that the order is one of sequences.
  private mutating func clear(_ index: Int) {
    let old = changes[index]
    byteCount -= old.json.count
    changes[index] = JobChange(
      sequence: old.sequence, kind: old.kind, id: old.id, owner: old.owner, json: [])
  }

  private mutating func makeRoom() {
    guard changes.count > 2 * Self.countMax || byteCount > Self.bytesMax else { return }
    var kept = changes.filter { !$0.json.isEmpty }
    var bytes = byteCount
    var dropped = 0
    while kept.count - dropped > Self.countMax || bytes > Self.bytesMax {
      bytes -= kept[dropped].json.count
      lost = kept[dropped].sequence
      dropped += 1
    }
    kept.removeFirst(dropped)
    changes = kept
    byteCount = bytes
    newest = [:]
    for (index, change) in changes.enumerated() { newest[Key(change.id, change.kind)] = index }
  }
}
