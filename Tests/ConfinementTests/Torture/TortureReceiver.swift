import Dispatch
import Synchronization
import TestSupport

/// Takes callbacks, and remembers who told of which job under which name.
final class TortureReceiver: Sendable {
  struct Delivery: Hashable, Sendable {
    /// What tells one callback from another: `webhook-id` where it is sent, else the job's id.
    let name: String
    let job: String
  }

  private struct State {
    /// By the token that the path names.
    var deliveries: [String: [Delivery]] = [:]
    var isStopping = false
  }

  private let receiver: CallbackReceiver
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "torture receiver")

  var port: UInt16 { receiver.port }
  var deliveries: [String: [Delivery]] { state.withLock { $0.deliveries } }

  init() throws {
    receiver = try CallbackReceiver()
    queue.async { [self] in
      while !state.withLock({ $0.isStopping }) { takeNext() }
    }
  }

  /// Waits until nothing more is taken.
  func stop() {
    state.withLock { $0.isStopping = true }
    _ = try? HTTPClient(port: port).ask("POST", "/stop", body: [])
    queue.sync {}
  }

  private func takeNext() {
    // Whoever was killed in the midst of a request sent less than one.
    guard let request = try? receiver.next(),
      request["content-length"].flatMap({ Int($0) }) == request.body.count
    else { return }
    let parts = request.startLine.split(separator: " ")
    guard parts.count == 3, parts[0] == "POST" else { return }
    let job = ByteSearch.value(of: "id", in: request.body) ?? ""
    let delivery = Delivery(name: request["webhook-id"] ?? job, job: job)
    state.withLock { $0.deliveries[String(parts[1].dropFirst()), default: []].append(delivery) }
  }
}
