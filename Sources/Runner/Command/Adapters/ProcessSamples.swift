internal import Glibc
internal import RunnerCore
internal import SandboxBase
internal import SystemBase

/// The metrics of the service process that every Prometheus client has, by their common names
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics), from proc(5).
enum ProcessSamples {
  private static let cpuSeconds = Metric(
    "process_cpu_seconds_total", .counter, "Time of processors that this process used.")
  private static let residentBytes = Metric(
    "process_resident_memory_bytes", .gauge, "Memory of this process that is resident.")
  private static let virtualBytes = Metric(
    "process_virtual_memory_bytes", .gauge, "Address space of this process.")
  private static let startTime = Metric(
    "process_start_time_seconds", .gauge, "Start of this process, since the epoch.")
  private static let openDescriptors = Metric(
    "process_open_fds", .gauge, "Descriptors that this process has open.")
  private static let descriptorsMax = Metric(
    "process_max_fds", .gauge, "Descriptors that this process may have open.")

  /// What can be read now; a file of /proc that cannot be read leaves its metrics out.
  static func read() -> [MetricSample] { statistics() + descriptors() }

  /// From proc_pid_stat(5). The fields behind the name of the program, which may hold spaces.
  private static func statistics() -> [MetricSample] {
    guard let text = text(of: "/proc/self/stat"), let end = text.lastIndex(of: ")") else {
      return []
    }
    // The first one here is field 3.
    let fields = text[end...].split(separator: " ").dropFirst().map { Double($0) ?? 0 }
    guard fields.count > 21 else { return [] }
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    var samples = [
      MetricSample(cpuSeconds, (fields[11] + fields[12]) / ticks),
      MetricSample(virtualBytes, fields[20]),
      MetricSample(residentBytes, fields[21] * Double(sysconf(Int32(_SC_PAGESIZE)))),
    ]
    if let boot = bootTime() {
      samples.append(MetricSample(startTime, boot + fields[19] / ticks))
    }
    return samples
  }

  /// Seconds since the epoch at which the machine started: proc_stat(5).
  private static func bootTime() -> Double? {
    text(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
      .flatMap { Double($0.dropFirst(6)) }
  }

  private static func descriptors() -> [MetricSample] {
    var samples: [MetricSample] = []
    do throws(SystemCallFailure) {
      samples.append(
        MetricSample(openDescriptors, Double(try FolderListing.names(in: "/proc/self/fd").count)))
      // The start raised the soft limit to it.
      samples.append(MetricSample(descriptorsMax, Double(try ProcessLimits.hard(.openFiles))))
    } catch {
      // Left out: a scrape must not fail for it.
    }
    return samples
  }

  private static func text(of path: String) -> String? {
    do throws(SystemCallFailure) {
      return try File.text(path)
    } catch {
      return nil
    }
  }
}
