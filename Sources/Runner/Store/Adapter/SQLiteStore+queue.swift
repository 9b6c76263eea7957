package import RunnerCore

/// The persisted state of the queue.
extension SQLiteStore {
  package func isPaused() async throws(StoreFailure) -> Bool {
    try await writer.perform { (database) throws(SQLFailure) in
      try database.scalar("SELECT paused FROM queue") == 1
    }
  }

  /// Makes a change that changes nothing durable, as each submission does.
  ///
  /// - Throws: `StoreFailure` when the store cannot be written.
  package func verifyWritable() async throws(StoreFailure) {
    try await writer.perform { (database) throws(SQLFailure) in
      _ = try database.run("UPDATE queue SET paused = paused")
    }
  }

  /// The number of pending deliveries.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  package func pendingCallbackCount() async throws(StoreFailure) -> Int {
    try await reader.perform { (database) throws(SQLFailure) in
      Int(try database.scalar("SELECT pending FROM counters") ?? 0)
    }
  }

  package func setPaused(_ isPaused: Bool) async throws(StoreFailure) {
    try await writer.perform { (database) throws(SQLFailure) in
      _ = try database.run("UPDATE queue SET paused = ?", [.integer(isPaused ? 1 : 0)])
    }
  }
}
