/// A job between its launch and the end of everything that it started. Times are milliseconds of
/// the monotonic clock.
struct RunningJob {
  enum Phase {
    case running
    /// TERM was sent; KILL follows at this time.
    case terminating(killAt: Int64)
    /// KILL was sent; the main process has not been reaped yet.
    case killed
    /// The main process is reaped; what it left behind is being ended, next looked at then.
    case sweeping(nextCheckAt: Int64)
  }

  let launchID: UInt64
  let pid: Int32
  let slot: JobSlot
  let uid: UInt32
  let graceMilliseconds: Int64
  /// Nil where policy dropped all namespaces.
  let sandbox: PrebuiltSandbox?
  /// Whether the end of the sandbox's init is the end of everything.
  let isInPIDNamespace: Bool
  /// Nil where the host has no usable cgroup v2.
  let cgroup: JobCgroup?
  /// Name of the working folder in the instance folder; nil for one in memory.
  let folder: String?
  let refusals: SeccompListener?
  let startedAtMicroseconds: Int64
  let deadline: Int64
  var phase = Phase.running
  var cause = ProcessEnd.Cause.itself
  /// Known once the main process is reaped.
  var end: ProcessEnd?

  /// When this job next needs the launcher, if nothing happens before.
  var nextDeadline: Int64? {
    switch phase {
    case .running: deadline
    case .terminating(let killAt): killAt
    case .killed: nil
    case .sweeping(let nextCheckAt): nextCheckAt
    }
  }
}
