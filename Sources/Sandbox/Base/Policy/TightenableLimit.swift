/// A limit of each process that a request may lower.
struct TightenableLimit: Sendable {
  let path: any (WritableKeyPath<ResourceLimits, UInt64> & Sendable)
  /// As configuration and requests spell it.
  let field: String
  /// Below this a program cannot even be loaded, and the job would fail without a reason.
  let least: UInt64

  static let table: [ResourceLimit.Resource: TightenableLimit] = [
    .cpuSeconds: TightenableLimit(path: \.cpuSeconds, field: "limits.cpu", least: 1),
    .fileBytes: TightenableLimit(path: \.fileBytes, field: "limits.fileSize", least: 0),
    .openFiles: TightenableLimit(path: \.openFiles, field: "limits.openFiles", least: 16),
    .processes: TightenableLimit(path: \.processes, field: "limits.processes", least: 1),
    .dataBytes: TightenableLimit(path: \.dataBytes, field: "limits.data", least: 1 << 20),
    .stackBytes: TightenableLimit(path: \.stackBytes, field: "limits.stack", least: 128 << 10),
    .lockedBytes: TightenableLimit(path: \.lockedBytes, field: "limits.lockedMemory", least: 0),
  ]
}
