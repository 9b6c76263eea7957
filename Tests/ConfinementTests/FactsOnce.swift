import Synchronization
import TestSupport

/// Facts by the check and its arguments, each found out once however many tests ask at one time.
final class FactsOnce: Sendable {
  private let known = Mutex<[[String]: Facts]>([:])

  func answer(_ words: [String], _ find: () throws -> Facts) throws -> Facts {
    try known.withLock { known in
      if let facts = known[words] { return facts }
      let facts = try find()
      known[words] = facts
      return facts
    }
  }
}
