import Synchronization
import TestSupport

/// ProbeOutput by the check and its arguments, each found out once however many tests ask at one
/// time.
final class ProbeOutputCache: Sendable {
  private let known = Mutex<[[String]: ProbeOutput]>([:])

  func answer(_ words: [String], _ find: () throws -> ProbeOutput) throws -> ProbeOutput {
    try known.withLock { known in
      if let facts = known[words] { return facts }
      let facts = try find()
      known[words] = facts
      return facts
    }
  }
}
