import Dispatch
import Glibc
import Synchronization
import TestSupport

/// Takes callbacks, and remembers who told of which job under which name.
final class TortureReceiver: Sendable {
  struct Delivery: Hashable, Sendable {
    /// What tells one callback from another: `webhook-id`.
    let name: String
    let job: String
    /// Of the body, which is too long to be kept.
    let bodyHash: Int
  }

  /// What it does with a callback that has come.
  private enum Manner {
    case accept, refuse, hangUp, linger
  }

  private struct State {
    /// By the token that the path names.
    var deliveries: [String: [Delivery]] = [:]
    /// Tokens of those that were answered with 200.
    var accepted: Set<String> = []
    var isStopping = false
  }

  private static let lingerMicroseconds: UInt32 = 60_000

  private let receiver: CallbackReceiver
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "torture receiver")

  var port: UInt16 { receiver.port }
  var deliveries: [String: [Delivery]] { state.withLock { $0.deliveries } }
  var accepted: Set<String> { state.withLock { $0.accepted } }

  /// - Parameter random: when it fails; nil for never.
  init(_ random: TortureRandom?) throws {
    receiver = try CallbackReceiver()
    queue.async { [self] in
      var random = random
      while !state.withLock({ $0.isStopping }) { receiveNext(&random) }
    }
  }

  /// Waits until nothing more is taken.
  func stop() {
    state.withLock { $0.isStopping = true }
    _ = try? HTTPClient(port: port).ask("POST", "/stop", body: [])
    queue.sync {}
  }

  private func receiveNext(_ random: inout TortureRandom?) {
    // Whoever was killed in the midst of a request sent less than one.
    guard let (request, connection) = try? receiver.receive(),
      request["content-length"].flatMap({ Int($0) }) == request.body.count
    else { return }
    let parts = request.startLine.split(separator: " ")
    guard parts.count == 3, parts[0] == "POST" else { return }
    let token = String(parts[1].dropFirst())
    let delivery = Delivery(
      name: request["webhook-id"] ?? "", job: ByteSearch.value(of: "id", in: request.body) ?? "",
      bodyHash: request.body.hashValue)
    let manner = Self.manner(&random)
    state.withLock { state in
      state.deliveries[token, default: []].append(delivery)
      if manner != .refuse, manner != .hangUp { state.accepted.insert(token) }
    }
    if manner == .linger { usleep(Self.lingerMicroseconds) }
    if let line = Self.answer(manner) {
      connection.send(
        Array("HTTP/1.1 \(line)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
    }
  }

  private static func manner(_ random: inout TortureRandom?) -> Manner {
    switch random?.below(12) {
    case 0: .refuse
    case 1: .hangUp
    case 2: .linger
    default: .accept
    }
  }

  /// Nil for none. After 503 nobody comes back for a minute, so that is not what it says.
  private static func answer(_ manner: Manner) -> String? {
    switch manner {
    case .accept, .linger: "200 OK"
    case .refuse: "500 Internal Server Error"
    case .hangUp: nil
    }
  }
}
