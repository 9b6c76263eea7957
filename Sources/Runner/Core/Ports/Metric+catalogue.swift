extension Metric {
  /// All metrics. A new one is one row here, and a call where it is measured.
  package static let all = [
    httpRequests, httpRequestsInFlight, httpRequestDuration, storeOperations, storeCommitDuration,
    jobsFinished, callbackAttempts, callbackAttemptDuration, launches, launchDuration,
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
    "http_runner_jobs_finished_total", .counter, "Jobs whose end is kept, by their outcome.",
    labels: ["outcome"])
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
