internal import Glibc
internal import RunnerConfiguration
internal import SandboxClient

/// The files and folders that the service reaches once it is confined: its state, what the C
/// library's resolver and TLS read for callbacks (nsswitch.conf(5), resolv.conf(5)), and the time
/// zones that a reload reads for the hours of entries.
enum ServicePaths {
  /// Where certificates of authorities are, and what the links there lead to.
  private static let certificates = [
    "/etc/ssl/certs", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
  ]
  /// Replaced as a whole by what configures the network, so that a rule for the file alone would
  /// hold for the one of the start only.
  private static let replaced = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"]

  /// Folders that the service writes, as its settings name them.
  static func written(by service: ServiceSettings) -> [String] {
    [service.stateFolder, service.auditFolder].compactMap { $0 }
  }

  /// - Parameter folders: those that the service writes: state and audit log.
  static func all(writing folders: [String]) -> [ServicePath] {
    var paths = folders.map { ServicePath(real($0) ?? $0, .write) }
    // Dispatch reads the state of its threads as /proc/TID/stat, and ends the process where it
    // cannot; malloc(3) reads /proc/sys/vm; metrics count /proc/self/fd. There is no narrower rule
    // for threads to come, and a list of processes tells no more than opening each number.
    paths.append(ServicePath("/proc", .read))
    // `/etc` itself cannot be listed, and its files are read with the rights of the service's user.
    paths.append(ServicePath("/etc", .readFiles))
    for file in replaced {
      guard let folder = real(file).map(parent), !folder.hasPrefix("/etc") else { continue }
      paths.append(ServicePath(folder, .readFiles))
    }
    paths += certificates.compactMap(real).map { ServicePath($0, .read) }
    if let zones = real(TimeZoneFolder.path) { paths.append(ServicePath(zones, .readFiles)) }
    return paths
  }

  private static func parent(of path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }

  /// The path without symbolic links (realpath(3)); nil where nothing is there.
  private static func real(_ path: String) -> String? {
    // SAFETY: realpath(3) returns a C string of our own, which is copied and then freed once.
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }
}
