import Synchronization
import TestSupport

/// Facts by the name of the check, each found out once however many tests ask at one time.
final class FactsOnce: Sendable {
  private let known = Mutex<[String: Facts]>([:])

  func answer(_ check: String, _ find: () throws -> Facts) throws -> Facts {
    try known.withLock { known in
      if let facts = known[check] { return facts }
      let facts = try find()
      known[check] = facts
      return facts
    }
  }
}
