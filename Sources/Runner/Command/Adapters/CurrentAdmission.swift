internal import RunnerCore
internal import SandboxBase
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

  func outputs(of request: JobRequest) throws(JobRefusal) -> [OutputArgument] {
    let admission = admission.withLock(\.self)
    return try admission.outputs(of: request)
  }

  /// Where a result is; nil where the entry has no folder for it any more.
  func place(of order: ResultOrder) -> ResultPlace? { admission.withLock { $0.place(of: order) } }

  /// The longest time that a job may take from TERM to KILL, in seconds.
  var graceSecondsMax: Int { admission.withLock { $0.graceSecondsMax } }

  /// Checks requests against another generation from now on.
  func use(_ admission: EntryAdmission) {
    self.admission.withLock { $0 = admission }
  }
}
