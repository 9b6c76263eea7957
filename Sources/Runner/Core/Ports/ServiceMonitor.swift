/// The port to what is known of the process as a whole. Called on any thread.
package protocol ServiceMonitor: Sendable {
  /// Checks each part of the service by trying it. Returns within some seconds, whatever hangs.
  func readiness() async -> [ReadinessCheck]

  /// All measurements in Prometheus's text format, version 0.0.4.
  func metricsText() async -> String

  /// Room on the disks of the state folder, where there is one, and of paths that jobs may write.
  /// Returns within some seconds, whatever hangs.
  func disks(writing paths: [String]) async -> [DiskSpace]
}
