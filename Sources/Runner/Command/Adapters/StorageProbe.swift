internal import RunnerCore

/// What monitoring asks of the job store.
struct StorageProbe: Sendable {
  /// Writes something that changes nothing; nil on success.
  var write: @Sendable () async -> StoreFailure? = { nil }
  /// Bytes that are free on its disk; nil where there is no disk, or it cannot be asked.
  var freeBytes: @Sendable () async -> UInt64? = { nil }
  /// Number of pending deliveries; nil where it cannot be read.
  var pendingCallbacks: @Sendable () async -> Int? = { nil }
}
