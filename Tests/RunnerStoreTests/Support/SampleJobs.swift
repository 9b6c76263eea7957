import RunnerCore

/// Jobs to be kept.
enum SampleJobs {
  static let time = Timestamp(microseconds: 1_700_000_000_123_456)

  static func request(_ arguments: [String] = ["x"], labels: [JobLabel] = []) throws -> JobRequest {
    try JobRequest(command: "/bin/a", arguments: arguments).labelled(labels)
  }

  static func job(_ arguments: [String] = ["x"], client: String = "c") throws -> Job {
    Job(request: try request(arguments), client: Principal(name: client), createdAt: time)
  }

  /// With something in every field.
  static func full() throws -> Job {
    var demands = JobDemands()
    demands.timeout = 7
    demands.stallAfterSeconds = 90
    demands.limits = ["cpu": 3, "memory": UInt64(Int64.max)]
    demands.environment = [.init(name: "A", value: ""), .init(name: "B", value: "ü\n")]
    let request = try JobRequest(
      command: "/bin/a", arguments: ["", "ü€𝄞", "a b\n"], callback: "http://h/x",
      demands: demands
    )
    .labelled([JobLabel(name: "n", value: ""), JobLabel(name: "m", value: "v:w")])
    .prioritized(9).reading([0, 255, 10]).due(time.adding(seconds: 86_400.5))
    .scheduled(JobSchedule(after: [], notBefore: time.adding(seconds: 3.5)))
    return Job(
      request: request, client: Principal(name: "192.0.2.7"), createdAt: time,
      enforcementJSON: Array(#""enforced":["seccomp"]"#.utf8))
  }

  static func started(_ job: Job, epoch: UInt64 = 1) throws -> Job {
    var job = job
    try job.apply(.started(epoch: epoch), at: time.adding(seconds: 1))
    return job
  }

  static func ended(
    _ job: Job, _ outcome: JobOutcome = .exited(code: 0), after seconds: Double = 2,
    stdout: CapturedBytes = CapturedBytes(), stderr: CapturedBytes = CapturedBytes()
  ) throws -> Job {
    var job = job
    try job.apply(.ended(outcome), at: time.adding(seconds: seconds))
    job.output = .stored(stdout: stdout, stderr: stderr)
    return job
  }

  static func bytes(_ text: String) -> CapturedBytes {
    CapturedBytes(bytes: Array(text.utf8), totalBytes: UInt64(text.utf8.count))
  }

  /// Every kind of end.
  static let outcomes: [JobOutcome] = [
    .exited(code: 0), .exited(code: 255), .signaled(signal: 9),
    .launchFailed(LaunchFailure(step: "exec", errno: 2, name: "ENOENT", message: "No such ü.")),
    .timedOut(code: nil, seconds: 5), .timedOut(code: 3, seconds: 1), .overdue(code: nil),
    .stalled(code: 7, seconds: 60), .stalled(code: nil, seconds: 1),
    .overdue(code: 2), .cancelled(code: nil),
    .cancelled(code: 143), .outOfMemory,
    .rejected(LaunchFailure(step: "check", errno: 22, name: "EINVAL", message: "No ü.")),
    .filtered(call: "ptrace"), .lost, .stopped(code: nil),
    .stopped(code: 0), .skipped(after: .random()),
  ]
}
