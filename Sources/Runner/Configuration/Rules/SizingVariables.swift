internal import SandboxBase

/// The variables by which runtimes size their thread pools and heaps: the kernel shows a job the
/// whole machine, whatever its policy bounds.
struct SizingVariables {
  /// Threads that run at one time; nil where policy bounds none.
  let threadCount: Int?
  /// Bytes of memory; nil where policy bounds none.
  let memoryBytes: UInt64?

  private static let javaThreads = "-XX:ActiveProcessorCount="
  private static let javaMemory = "-XX:MaxRAM="
  private static let nodeMemory = "--max-old-space-size="

  /// - Parameter boundsMemory: whether the operator set `memory`; else it is a default, which has
  ///   nothing to do with the program.
  init(_ policy: EntryPolicy, boundsMemory: Bool) {
    let share = policy.cgroup.cpuPercent.map { (Int($0) + 99) / 100 }
    let own = policy.processors.isEmpty ? nil : policy.processors.count
    threadCount = [share, own].compactMap { $0 }.min()
    memoryBytes = boundsMemory ? policy.cgroup.memoryBytes : nil
  }

  /// Those that `rule` neither fixes itself nor lets requests set.
  func variables(beside rule: EnvironmentRule) -> [EnvironmentRule.Variable] {
    let taken = Set(rule.fixed.map(\.name) + rule.allowed)
    return all.filter { !taken.contains($0.name) }
  }

  private var all: [EnvironmentRule.Variable] {
    var found: [(String, String)] = []
    if let threadCount {
      let names = [
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS",
        "GOMAXPROCS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "PYTHON_CPU_COUNT",
        "DOTNET_PROCESSOR_COUNT",
      ]
      found += names.map { ($0, "\(threadCount)") }
    }
    if let memoryBytes {
      let heap = memoryBytes / 4 * 3
      found += [
        ("GOMEMLIMIT", "\(memoryBytes / 10 * 9)"),
        ("NODE_OPTIONS", "\(Self.nodeMemory)\(max(heap >> 20, 1))"),
        ("DOTNET_GCHeapHardLimit", String(heap, radix: 16)),
      ]
    }
    let java = [
      threadCount.map { "\(Self.javaThreads)\($0)" }, memoryBytes.map { "\(Self.javaMemory)\($0)" },
    ].compactMap { $0 }
    if !java.isEmpty { found.append(("JDK_JAVA_OPTIONS", java.joined(separator: " "))) }
    return found.map { EnvironmentRule.Variable(name: $0.0, value: $0.1) }
  }

  /// Whether a variable says nothing but a size.
  static func isSize(_ variable: EnvironmentRule.Variable) -> Bool {
    variable.value.split(separator: " ").allSatisfy { word in
      let known = [javaThreads, javaMemory, nodeMemory].first { word.hasPrefix($0) } ?? ""
      let rest = word.dropFirst(known.count)
      return !rest.isEmpty && rest.allSatisfy { $0.isASCII && $0.isNumber }
    }
  }
}
