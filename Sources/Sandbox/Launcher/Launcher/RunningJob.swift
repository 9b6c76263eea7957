internal import SandboxBase

/// A job from its launch until every process of it has exited. Times are milliseconds of the
/// monotonic clock.
struct RunningJob {
  /// Where a job is on its way from launch to end.
  enum Phase {
    case running
    /// The stop signal was sent; KILL follows at this time.
    case terminating(killAt: Int64)
    /// The main process ended after the stop signal, and is reaped. What it leaves has the rest of
    /// the grace: KILL follows at `killAt`, and it is checked again at `nextCheckAt`.
    case draining(killAt: Int64, nextCheckAt: Int64)
    /// KILL was sent; the main process has not been reaped yet.
    case killed
    /// The main process is reaped; remaining processes are being killed, checked again at this
    /// time.
    case sweeping(nextCheckAt: Int64)
  }

  let launchID: UInt64
  let pid: Int32
  let slot: JobSlot
  let uid: UInt32
  let stopSignal: StopSignal
  let graceMilliseconds: Int64
  let limits: ResourceLimits
  /// All memory of the job.
  let memoryBytesMax: UInt64
  /// Nil where policy dropped all namespaces.
  let sandbox: PrebuiltSandbox?
  /// Whether the exit of the sandbox's init means that every process has exited.
  let isInPIDNamespace: Bool
  /// Nil where the host has no usable cgroup v2.
  let cgroup: JobCgroup?
  /// Name of the working folder in the instance folder; nil for one in memory.
  let folder: String?
  /// The files that go with it; nil for none.
  let files: JobFiles?
  let refusals: SeccompListener?
  let startedAtMicroseconds: Int64
  let deadline: Int64
  var phase = Phase.running
  var cause = ProcessEnd.Cause.itself
  /// Whether something of it was killed because its grace was over.
  var isKilledInGrace = false
  /// What was seen of it while it ran.
  var sample = JobSample()
  /// Why its launch failed although its program was started, which is killed then; nil for none.
  var fault: LaunchStepFailure?
  /// Known once the main process is reaped.
  var end: ProcessEnd?

  /// Whether it may still meet limits: KILL was not sent yet.
  var isSampled: Bool {
    switch phase {
    case .running, .terminating, .draining: true
    case .killed, .sweeping: false
    }
  }

  /// When the next timer of this job expires; nil for none.
  var nextDeadline: Int64? {
    switch phase {
    case .running: deadline
    case .terminating(let killAt): killAt
    case .draining(let killAt, let nextCheckAt): min(killAt, nextCheckAt)
    case .killed: nil
    case .sweeping(let nextCheckAt): nextCheckAt
    }
  }
}
