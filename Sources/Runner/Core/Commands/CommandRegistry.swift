import Synchronization

/// The commands in force. A reload puts others in their place, and no reader waits for it.
package final class CommandRegistry: Sendable {
  private let table: Mutex<CommandTable>

  init(_ table: CommandTable) {
    self.table = Mutex(table)
  }

  /// The commands of the newest configuration.
  package var current: CommandTable { table.withLock(\.self) }

  /// Takes the commands of another configuration.
  func use(_ new: CommandTable) {
    table.withLock { $0 = new }
  }
}
