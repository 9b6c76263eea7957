internal import SandboxBase
internal import SystemBase

/// What is asked of the path mounter of one spec: launches that have a sandbox and wait for the
/// host paths in it, and probes. One is with the mounter at a time.
struct MountQueue {
  /// A launch that waits for its mounts.
  struct Launch {
    let launch: WarmPool.QueuedLaunch
    let sandbox: PrebuiltSandbox
  }

  /// What the mounter works on.
  struct CurrentRequest {
    /// Nil for a probe, and for a launch that was cancelled meanwhile.
    var launch: Launch?
    /// Keeps the sandbox until the mounter is done with it.
    let sandbox: PrebuiltSandbox?
    /// Index of the path that is looked at.
    var reached = 0
    /// Milliseconds of the monotonic clock.
    let deadline: Int64
  }

  enum Mounter {
    case none
    /// Requested of the factory.
    case starting
    case running(PathMounterProcess)
    /// Killed because it was late at the path with this index; the kernel may still keep it.
    case killed(PathMounterProcess, index: Int)
  }

  /// Why launches fail at the host paths, as far as the mounter knows.
  struct Closure {
    let text: String
    /// When the paths are looked at again, in milliseconds of the monotonic clock; nil while they
    /// are.
    var probeAt: Int64?
  }

  let paths: [HostPath]
  var closure: Closure?
  /// Whether the paths were looked at, and the service knows.
  var isKnown = false
  var mounter = Mounter.none
  var current: CurrentRequest?
  var waiting = FIFOQueue<Launch>()
  var isProbeWanted = false

  /// Removes a launch; nil where it is not here.
  mutating func remove(_ launchID: UInt64) -> Launch? {
    if let launch = current?.launch, launch.launch.request.launchID == launchID {
      current?.launch = nil
      return launch
    }
    return waiting.removeFirst { $0.launch.request.launchID == launchID }
  }

  func contains(_ launchID: UInt64) -> Bool {
    current?.launch?.launch.request.launchID == launchID
      || waiting.contains { $0.launch.request.launchID == launchID }
  }

  /// Removes every launch.
  mutating func drain() -> [Launch] {
    var all: [Launch] = []
    if let launch = current?.launch { all.append(launch) }
    current?.launch = nil
    while let next = waiting.popFirst() { all.append(next) }
    return all
  }
}
