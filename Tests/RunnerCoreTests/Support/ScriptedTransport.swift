import RunnerCore
import Synchronization

/// Sends nothing: a test says what receivers answer, and may hold answers back.
final class ScriptedTransport: CallbackTransport {
  typealias Answer = @Sendable (CallbackOutcome?) -> Void

  private struct State {
    var results: [String: CallbackResult] = [:]
    var heldHosts: Set<String> = []
    var held: [(id: JobID, answer: Answer)] = []
    var sent: [JobSnapshot] = []
    var isStopped = false
  }

  private let state = Mutex(State())

  /// What a receiver, by the URL, answers from now on; it is 200 without this.
  func set(_ url: String, _ result: CallbackResult?) {
    state.withLock { $0.results[url] = result }
  }

  /// A receiver that does not answer.
  func hold(_ url: String) { state.withLock { _ = $0.heldHosts.insert(url) } }

  /// Answers all that was held back.
  func answer(_ result: CallbackResult) {
    let held = state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
    for one in held { one.answer(CallbackOutcome(result, milliseconds: 5)) }
  }

  var sent: [JobSnapshot] { state.withLock { $0.sent } }
  var heldCount: Int { state.withLock { $0.held.count } }

  /// Returns when so many tries were made. A suite's time limit bounds the wait.
  func wait(for count: Int) async {
    while sent.count < count { await Task.yield() }
  }

  func problem(with url: String) -> String? { nil }

  func send(_ job: JobSnapshot, _ then: @escaping Answer) {
    let url = job.request.callback ?? ""
    let result: CallbackResult? = state.withLock { state in
      guard !state.isStopped else { return nil }
      state.sent.append(job)
      if state.heldHosts.contains(url) {
        state.held.append((job.id, then))
        return nil
      }
      return state.results[url] ?? .answered(status: 200, retryAfterSeconds: nil)
    }
    if let result {
      then(CallbackOutcome(result, milliseconds: 5))
    } else if state.withLock(\.isStopped) {
      then(nil)
    }
  }

  func stop() async {
    let held = state.withLock { state in
      state.isStopped = true
      defer { state.held = [] }
      return state.held
    }
    for one in held { one.answer(nil) }
  }
}
