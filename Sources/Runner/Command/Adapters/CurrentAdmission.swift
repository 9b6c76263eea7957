internal import RunnerCore
internal import Synchronization

/// The `EntryResolver` of the engine: the admission of the policy generation in force. The engine
/// replaces it in the same step as its entries, so that an index means the same to both.
final class CurrentAdmission: EntryResolver {
  private let admission: Mutex<EntryAdmission>

  /// - Parameter admission: that of the start.
  init(_ admission: EntryAdmission) {
    self.admission = Mutex(admission)
  }

  func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    let admission = admission.withLock(\.self)
    return try admission.entry(for: request)
  }

  /// The longest time that a job may take from TERM to KILL, in seconds.
  var graceSecondsMax: Int { admission.withLock { $0.graceSecondsMax } }

  /// Checks requests against another generation from now on.
  func use(_ admission: EntryAdmission) {
    self.admission.withLock { $0 = admission }
  }
}
