import SharedBounds

/// The one table of the served entries, over all policy generations: a row for each name.
///
/// A job keeps the row of its entry for life, and a reload changes what the row stands for. What
/// the launcher calls the entry, generation and index, is looked up when a job is launched.
struct EntryTable {
  /// What one name stands for.
  struct Row {
    /// The entry of the newest generation that has the name.
    var entry: EngineEntry
    /// Its identity in the generation in force; nil where that has no entry of the name.
    var id: EntryID?
    /// Why none of its jobs starts; nil where they may.
    var closure: Closure?
  }

  /// Why no job of an entry starts.
  enum Closure: Hashable {
    /// It is not known yet whether its paths are there.
    case unknown
    /// Which path is not there, and why.
    case missing(String)
  }

  /// What was heard last of the paths of an entry.
  private struct PathState {
    /// Counts up: of two states that with the higher number is the later one.
    var number: UInt64
    var closure: Closure?
  }

  /// Number of the generation in force.
  private(set) var generation: UInt32 = 0
  private var rows: [Row] = []
  /// Row of each entry of the generation in force, in its order.
  private var current: [Int] = []
  /// States of the generation in force, and of later ones whose reload comes here after them.
  private var pathStates: [EntryID: PathState] = [:]

  /// The table of the start.
  init(_ entries: [EngineEntry]) {
    install(entries, generation: 0)
  }

  /// The entry that a row stands for.
  subscript(row: Int) -> EngineEntry { rows[row].entry }

  /// The rows of the generation in force, in the order of its entries.
  var currentRows: [Int] { current }

  /// The row of an entry of the generation in force.
  func row(at index: Int) -> Int { current[index] }

  /// What the launcher calls the entry of a row; nil where the generation in force has none.
  func id(of row: Int) -> EntryID? { rows[row].id }

  /// Why no job of a row starts; nil where they may, and where its entry is gone: its jobs are
  /// refused when they are launched.
  func closure(of row: Int) -> Closure? { rows[row].closure }

  /// Puts the entries of a generation in the place of all others: by name, each in its old row.
  mutating func install(_ entries: [EngineEntry], generation: UInt32) {
    self.generation = generation
    pathStates = pathStates.filter { $0.key.generation >= generation }
    var known = Dictionary(grouping: rows.indices.reversed()) { rows[$0].entry.name }
    for row in rows.indices {
      rows[row].id = nil
      rows[row].closure = nil
    }
    current = []
    for (index, entry) in entries.enumerated() {
      let id = EntryID(generation: generation, index: UInt32(index))
      let unknown: Closure? = entry.hasHostPaths ? .unknown : nil
      let closure = pathStates[id].map { $0.closure } ?? unknown
      let new = Row(entry: entry, id: id, closure: closure)
      if let row = known[entry.name]?.popLast() {
        rows[row] = new
        current.append(row)
      } else {
        current.append(rows.count)
        rows.append(new)
      }
    }
  }

  /// Takes over what was heard of the paths of an entry.
  ///
  /// - Parameters:
  ///   - id: the entry; one of an earlier generation is ignored, one of a later generation is kept
  ///     for its reload.
  ///   - why: which path is not there, and why; empty where all are.
  ///   - number: counts up; a state that comes after a later one is ignored.
  mutating func setPathState(of id: EntryID, _ why: String, number: UInt64) {
    guard id.generation >= generation, number > pathStates[id]?.number ?? 0 else { return }
    let closure: Closure? = why.isEmpty ? nil : .missing(why)
    pathStates[id] = PathState(number: number, closure: closure)
    guard id.generation == generation, current.indices.contains(Int(id.index)) else { return }
    rows[current[Int(id.index)]].closure = closure
  }
}
