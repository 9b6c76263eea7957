@testable import RunnerCore

extension JobQueue {
  /// Elements held in all heaps and tables.
  var elementCount: Int {
    removed.count + nextStartTags.count + turns.values.reduce(0) { $0 + $1.unordered.count }
      + clientQueues.values.lazy.flatMap(\.values).reduce(0) { $0 + $1.unordered.count }
  }
}
