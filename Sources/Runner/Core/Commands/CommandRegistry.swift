import Synchronization

/// The commands in force. A reload puts others in their place, and no reader waits for it.
package final class CommandRegistry: Sendable {
  private struct State {
    var table: CommandTable
    var generation: UInt64 = 0
  }

  private let state: Mutex<State>

  init(_ table: CommandTable) {
    self.state = Mutex(State(table: table))
  }

  /// The commands of the newest configuration.
  package var current: CommandTable { state.withLock(\.table) }

  /// Another number after each reload.
  package var generation: UInt64 { state.withLock(\.generation) }

  /// Takes the commands of another configuration.
  func use(_ new: CommandTable) {
    state.withLock { state in
      state.table = new
      state.generation += 1
    }
  }
}
