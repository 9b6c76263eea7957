import RunnerCore
import Synchronization

/// A publisher that answers what a test says, and keeps what it was asked for.
final class ScriptedResults: ResultPublisher {
  private struct State {
    var orders: [ResultOrder] = []
    var answers: [ResultOrder.Action: [ResultAnswer]] = [:]
  }

  private let state = Mutex(State())

  /// What was asked for, as words.
  var asked: [String] {
    state.withLock { $0.orders.map { "\($0.action) \($0.path)" } }
  }

  var temporaryNames: Set<String> { Set(state.withLock { $0.orders.map(\.temporaryName) }) }

  /// What the next orders of a kind are answered; afterwards all goes well.
  func answer(_ action: ResultOrder.Action, _ answers: ResultAnswer...) {
    state.withLock { $0.answers[action] = answers }
  }

  func settle(_ order: ResultOrder) async -> ResultAnswer {
    state.withLock { state in
      state.orders.append(order)
      if var answers = state.answers[order.action], !answers.isEmpty {
        let first = answers.removeFirst()
        state.answers[order.action] = answers
        return first
      }
      return switch order.action {
      case .prepare: .absent
      case .publish: .published(bytes: 7, note: "")
      case .discard: .removed
      case .look: .exists
      }
    }
  }
}

/// `/bin/a` with absolute paths as results, and `/bin/b` without.
struct ResultWhitelist: EntryResolver {
  func entry(for request: JobRequest) throws(JobRefusal) -> Int {
    switch request.command {
    case "/bin/a": return 0
    case "/bin/b": return 1
    default: throw .notWhitelisted
    }
  }

  func outputs(of request: JobRequest) throws(JobRefusal) -> [OutputArgument] {
    guard request.command == "/bin/a" else { return [] }
    return request.arguments.enumerated().compactMap { index, argument in
      argument.hasPrefix("/")
        ? OutputArgument(index: index, offset: 0, path: argument, ending: ".mp4") : nil
    }
  }
}
