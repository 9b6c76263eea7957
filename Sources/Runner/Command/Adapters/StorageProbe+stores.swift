internal import RunnerCore
internal import RunnerStore

extension StorageProbe {
  init(_ store: SQLiteStore) {
    write = {
      do throws(StoreFailure) {
        try await store.verifyWritable()
        return nil
      } catch {
        return error
      }
    }
    freeBytes = { await store.freeBytes() }
    pendingCallbacks = {
      do throws(StoreFailure) {
        return try await store.pendingCallbackCount()
      } catch {
        return nil
      }
    }
  }

  init(_ store: PostgreSQLStore) {
    write = {
      do throws(StoreFailure) {
        try await store.verifyWritable()
        return nil
      } catch {
        return error
      }
    }
    freeBytes = { await store.freeBytes() }
    pendingCallbacks = {
      do throws(StoreFailure) {
        return try await store.pendingCallbackCount()
      } catch {
        return nil
      }
    }
  }

  init(_ store: MemoryStore) {
    pendingCallbacks = { store.pendingCallbackCount }
  }
}
