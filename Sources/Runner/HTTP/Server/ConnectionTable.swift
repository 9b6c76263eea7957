import Synchronization

/// All connections, and how many each address has.
final class ConnectionTable: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: Connection] = [:]
    var counts: [PeerAddress: Int] = [:]
  }

  private let state = Mutex<State>(State())

  /// - Returns: how many there are now, in all and from the same address.
  func add(_ connection: Connection) -> (all: Int, fromAddress: Int) {
    state.withLock { state in
      state.connections[ObjectIdentifier(connection)] = connection
      state.counts[connection.address, default: 0] += 1
      return (state.connections.count, state.counts[connection.address, default: 0])
    }
  }

  func remove(_ connection: Connection) {
    state.withLock { state in
      guard state.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else {
        return
      }
      let count = state.counts[connection.address, default: 1] - 1
      state.counts[connection.address] = count > 0 ? count : nil
    }
  }

  /// The connections that are open now.
  func all() -> [Connection] {
    state.withLock { Array($0.connections.values) }
  }

  /// Those whose present request is in `phase`.
  func connections(in phase: Connection.Phase) -> [Connection] {
    all().filter { $0.phase == phase }
  }

  var isEmpty: Bool { state.withLock { $0.connections.isEmpty } }
}
