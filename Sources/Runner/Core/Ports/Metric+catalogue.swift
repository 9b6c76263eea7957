extension Metric {
  /// All metrics that are measured as it happens. A new one is one row here, and a call where it is
  /// measured; a gauge that is read when it is asked for is a `MetricSample`.
  package static let all = [
    httpRequests, httpRequestsInFlight, httpRequestDuration, storeOperations, storeCommitDuration,
    jobsFinished, jobDuration, queueWait, callbackAttempts, callbackAttemptDuration, launches,
    launchDuration, quotaRefusals,
  ]

  /// Upper bounds in seconds: from a request on the loop-back interface to a slow disk.
  private static let latencies: [Double] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// Upper bounds in seconds: from a job of a millisecond to one of a day.
  private static let runTimes: [Double] = [
    0.001, 0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400,
  ]

  /// Counter of answered requests, by method, route and status code.
  package static let httpRequests = Metric(
    "http_runner_http_requests_total", .counter, "Requests that were answered.",
    labels: ["method", "route", "code"])
  /// Gauge of requests that have begun and whose answer is not sent in full.
  package static let httpRequestsInFlight = Metric(
    "http_runner_http_requests_in_flight", .gauge,
    "Requests that have begun and whose answer is not sent in full.")
  /// Histogram, in seconds, of the time from the request line to the start of the answer, by route.
  package static let httpRequestDuration = Metric(
    "http_runner_http_request_duration_seconds", .histogram(upTo: latencies),
    "Time from a request's first line to the start of its answer.", labels: ["route"])
  /// Counter of changes of the store, by outcome.
  package static let storeOperations = Metric(
    "http_runner_store_operations_total", .counter, "Changes of the store, by what became of them.",
    labels: ["outcome"])
  /// Histogram, in seconds, of the time that one transaction of the store takes to be durable.
  package static let storeCommitDuration = Metric(
    "http_runner_store_commit_duration_seconds", .histogram(upTo: latencies),
    "Time that a transaction of the store took until the disk had it.")
  /// Counter of jobs whose end is durable, by outcome.
  package static let jobsFinished = Metric(
    "http_runner_jobs_finished_total", .counter,
    "Jobs whose end is kept, by their entry and outcome.", labels: ["entry", "outcome"])
  /// Histogram, in seconds, of the time from the last start of a job to its end, by entry.
  package static let jobDuration = Metric(
    "http_runner_job_duration_seconds", .histogram(upTo: runTimes),
    "Time from the last start of a job to its end.", labels: ["entry"])
  /// Histogram, in seconds, of the time that a job waited for its start.
  package static let queueWait = Metric(
    "http_runner_queue_wait_seconds", .histogram(upTo: runTimes),
    "Time from the arrival of a job to its start.")
  /// Counter of submissions that were refused for a quota of their principal, by
  /// `PrincipalQuota.Member`.
  package static let quotaRefusals = Metric(
    "http_runner_quota_refusals_total", .counter,
    "Submissions that were refused for a quota of their principal.", labels: ["quota"])
  /// Gauge of queued jobs.
  package static let jobsQueued = Metric("http_runner_jobs_queued", .gauge, "Jobs that wait.")
  /// Gauge of queued jobs by `WaitReason`.
  package static let jobsWaiting = Metric(
    "http_runner_jobs_waiting", .gauge, "Jobs that wait, by what they wait for first.",
    labels: ["reason"])
  /// Gauge, in bytes, of the memory of queued requests.
  package static let queueBytes = Metric(
    "http_runner_queue_bytes", .gauge, "Memory of the requests of jobs that wait.")
  /// Gauge: 1 while the queue is paused.
  package static let queuePaused = Metric(
    "http_runner_queue_paused", .gauge, "1 while the queue is paused, else 0.")
  /// Gauge of running jobs, by entry.
  package static let jobsRunning = Metric(
    "http_runner_jobs_running", .gauge, "Jobs that run or are being launched.", labels: ["entry"])
  /// Gauge of pending deliveries.
  package static let callbacksOwed = Metric(
    "http_runner_callbacks_owed", .gauge, "Callbacks that are still to be delivered.")
  /// Gauge, in bytes, of the room that is free on the disk of the state folder.
  package static let stateFreeBytes = Metric(
    "http_runner_state_free_bytes", .gauge, "Room that is free on the disk of the state folder.")
  /// Pseudo-metric: always 1, with the version as its label.
  package static let buildInfo = Metric(
    "http_runner_build_info", .gauge, "Always 1; the version is its label.", labels: ["version"])
  /// Counter of delivery attempts, by `CallbackResult.name`.
  package static let callbackAttempts = Metric(
    "http_runner_callback_attempts_total", .counter,
    "Deliveries that were tried, by their outcome.",
    labels: ["outcome"])
  /// Histogram, in seconds, of the duration of one delivery attempt.
  package static let callbackAttemptDuration = Metric(
    "http_runner_callback_attempt_duration_seconds", .histogram(upTo: runTimes),
    "Time that a try to deliver took.")
  /// Counter of launches that have ended, by outcome of the job.
  package static let launches = Metric(
    "http_runner_launches_total", .counter, "Launches that are over, by the job's outcome.",
    labels: ["outcome"])
  /// Histogram, in seconds, of the time from a launch order to the end of the job's last process.
  package static let launchDuration = Metric(
    "http_runner_launch_duration_seconds", .histogram(upTo: runTimes),
    "Time from the order to launch to the end of the job's last process.")
}
