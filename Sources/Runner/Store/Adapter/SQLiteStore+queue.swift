package import RunnerCore

/// The persisted state of the queue.
extension SQLiteStore {
  package func isPaused() async throws(StoreFailure) -> Bool {
    try await writer.perform { (database) throws(SQLFailure) in
      try database.scalar("SELECT paused FROM queue") == 1
    }
  }

  package func setPaused(_ isPaused: Bool) async throws(StoreFailure) {
    try await writer.perform { (database) throws(SQLFailure) in
      _ = try database.run("UPDATE queue SET paused = ?", [.integer(isPaused ? 1 : 0)])
    }
  }
}
