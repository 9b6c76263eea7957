internal import RunnerConfiguration

/// Limits of a draft: what was seen, and as much again.
struct TraceLimits: Hashable {
  /// A limit and what was seen of it, in its unit.
  struct Row: Hashable {
    let key: String
    /// As the configuration file takes it.
    let value: String
    let because: String
  }

  private static let mebibyte = 1 << 20

  let each: [Row]
  let all: [Row]

  /// - Parameter openFilesMax: more than this no process of this host may ask for.
  init(_ observation: TraceObservation, seconds: Int, openFilesMax: Int) {
    let processes = observation.processes
    let files = observation.files
    let data = processes.privateBytesMax
    let largest = files.largestBytes
    let openFiles = max(64, (observation.descriptorMax + 1) * 2)
    each = [
      Row(
        key: "data", value: Self.size(data, least: 16),
        because: "\(Self.seen(data)) of private memory in one process"),
      Row(
        key: "fileSize", value: Self.size(largest, least: 1),
        because: "\(Self.seen(largest)) in the largest file"),
      Row(
        key: "openFiles", value: "\(min(openFilesMax, openFiles))",
        because: "descriptors up to \(observation.descriptorMax)"),
      Row(
        key: "processes", value: "\(processes.countMax * 2 + 8)",
        because:
          "\(processes.countMax) processes and threads at one time, zombies included"
      ),
    ]
    let memory = processes.allPrivateBytesMax + files.allBytes
    all = [
      Row(
        key: "memory", value: Self.size(memory, least: 64),
        because: "\(Self.seen(memory)) of memory and files together"),
      Row(
        key: "wallClock", value: "\(max(60, seconds * 2))",
        because: "seconds; it took \(seconds) while it was watched"),
    ]
  }

  /// Twice as much, in whole mebibytes.
  private static func size(_ bytes: Int, least: Int) -> String {
    let count = (bytes * 2 + mebibyte - 1) / mebibyte
    return JSONText.text("\(max(least, count))M").line
  }

  private static func seen(_ bytes: Int) -> String {
    bytes < mebibyte ? "\((bytes + 1023) / 1024) KiB" : "\((bytes + mebibyte / 2) / mebibyte) MiB"
  }
}
