internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase

/// Paths and devices of a draft.
///
/// SAFETY: access(2) and realpath(3) read the path as a C string; what realpath(3) returns is
/// copied and freed once.
struct TracePaths: Hashable {
  private(set) var read: [String] = []
  private(set) var write: [String] = []
  private(set) var devices: [String] = []
  /// Graphics hardware that it used; nil for none.
  private(set) var gpu: GPUKind?
  /// What was used and cannot be granted, each a sentence.
  private(set) var notes: [String] = []

  /// - Parameters:
  ///   - program: the executable, which its jobs see anyway.
  ///   - scratch: a folder that a job has one like.
  ///   - host: what `gpu` would bring.
  init(
    _ observation: TraceObservation, program: String, scratch: String, host: GPUHost = GPUHost()
  ) {
    let files = observation.files
    let gpu = Self.gpu(of: files.devices)
    self.gpu = gpu
    let grant = gpu.map { host.grant(of: $0) } ?? GPUGrant()
    let isOfInterest = { (path: String) in
      path != program && !SystemTree.provides(path) && !TracedPaths.isWithin(path, scratch)
        && !grant.shows(path) && !grant.shows(Self.resolved(path))
    }
    var written = files.written.subtracting(files.own)
    var readPaths = files.read.union(files.listed).subtracting(files.own)
    for name in files.made { written.insert(TracedPaths.parent(of: name)) }
    for (path, isMade) in observation.network.socketPaths {
      written.insert(isMade ? TracedPaths.parent(of: path) : path)
    }
    written = written.filter { isOfInterest($0) && Self.exists($0) }
    readPaths = readPaths.filter { isOfInterest($0) && Self.exists($0) }
    // A folder on the way to what is granted is there by itself.
    let ends = readPaths.union(written)
    readPaths = readPaths.filter { path in
      files.listed.contains(path)
        || !ends.contains { $0 != path && TracedPaths.isWithin($0, path) }
    }
    // What is refused goes first: it would take the place of what lies in it and can be granted.
    write = TracedPaths.withoutCovered(Set(grantable(real(written), isWritten: true)))
    let covered = write
    let rest = real(readPaths).filter { path in
      !covered.contains { TracedPaths.isWithin(path, $0) }
    }
    let coalesced = TracedPaths.coalesced(Set(grantable(rest, isWritten: false)))
    read = grantable(coalesced, isWritten: false)
      .filter { path in !covered.contains { TracedPaths.isWithin(path, $0) } }
    for device in files.devices.sorted()
    where !SystemTree.providesDevice(device) && !grant.shows(device) {
      if let why = DeviceNames.refusal(of: device) {
        notes.append("It opened \(device), which no job may: \(why)")
      } else if Self.exists(device) {
        devices.append(device)
      }
    }
  }

  /// NVIDIA's own devices are used by programs that look at render nodes as well.
  private static func gpu(of devices: Set<String>) -> GPUKind? {
    if devices.contains("/dev/nvidiactl") { return .nvidia }
    return devices.contains { $0.hasPrefix("/dev/dri/renderD") } ? .vaapi : nil
  }

  /// The same without links, which policies do not follow.
  private mutating func real(_ paths: Set<String>) -> Set<String> {
    var found: Set<String> = []
    for path in paths {
      let real = Self.resolved(path)
      if real != path {
        notes.append("\(path) leads through a link to \(real); jobs must be given the latter.")
      }
      if !SystemTree.provides(real) { found.insert(real) }
    }
    notes.sort()
    return found
  }

  private mutating func grantable(_ paths: some Sequence<String>, isWritten: Bool) -> [String] {
    paths.sorted().filter { path in
      guard let why = PathRules.refusal(of: path, writable: isWritten, folders: []) else {
        return true
      }
      notes.append("It \(isWritten ? "wrote in" : "read") \(path): \(why)")
      return false
    }
  }

  private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  private static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }
}
