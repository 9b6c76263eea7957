import Synchronization

@testable import RunnerCore

extension OutputBudget {
  /// Bytes that are charged now.
  var bytesInUse: Int { charged.load(ordering: .relaxed) }
}
