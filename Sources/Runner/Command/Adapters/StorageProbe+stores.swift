internal import RunnerCore
internal import RunnerStore

extension StorageProbe {
  init(_ store: SQLiteStore) {
    self.init(
      verifyWritable: { () async throws(StoreFailure) in try await store.verifyWritable() },
      freeBytes: { await store.freeBytes() },
      pendingCallbackCount: { () async throws(StoreFailure) in
        try await store.pendingCallbackCount()
      })
  }

  init(_ store: PostgreSQLStore) {
    self.init(
      verifyWritable: { () async throws(StoreFailure) in try await store.verifyWritable() },
      freeBytes: { await store.freeBytes() },
      pendingCallbackCount: { () async throws(StoreFailure) in
        try await store.pendingCallbackCount()
      })
  }

  init(_ store: MemoryStore) {
    pendingCallbacks = { store.pendingCallbackCount }
  }

  private init(
    verifyWritable: @escaping @Sendable () async throws(StoreFailure) -> Void,
    freeBytes: @escaping @Sendable () async -> UInt64?,
    pendingCallbackCount: @escaping @Sendable () async throws(StoreFailure) -> Int
  ) {
    write = {
      do throws(StoreFailure) {
        try await verifyWritable()
        return nil
      } catch {
        return error
      }
    }
    self.freeBytes = freeBytes
    pendingCallbacks = {
      do throws(StoreFailure) {
        return try await pendingCallbackCount()
      } catch {
        return nil
      }
    }
  }
}
