import RunnerCore

/// A job as a row of the table `job`.
enum JobRow {
  static let queued: Int64 = 0
  static let running: Int64 = 1
  static let finished: Int64 = 2
  /// Set aside: the row could not be read.
  static let unreadable: Int64 = 3

  /// The states of jobs that can be read.
  static let readable = [queued, running, finished]

  static let insertion = """
    INSERT INTO job (id, state, epoch, client, key, command, arguments, callback, timeout, limits,
      environment, labels, priority, stdin, created, started, enforcement, deadline,
      isCallbackSlim, requestID, heldUntil, schedule)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  /// The values of `insertion`.
  static func values(of job: Job, key: String?, enforcementID: Int64?) -> [SQLValue] {
    let request = job.request
    let demands = request.demands
    return [
      .blob(job.id.bytes), .integer(stateCode(of: job.state)), .integer(Int64(job.epoch)),
      .text(job.client.name), .optional(key), .text(request.command),
      .blob(TextListCodec.encode(bytes: request.argumentBytes)), .optional(request.callback),
      .optional(demands.timeout.map(Int64.init)),
      .blob(LimitsCodec.encode(demands)),
      .blob(TextListCodec.encode(demands.environment.flatMap { [$0.name, $0.value] })),
      .blob(TextListCodec.encode(request.labels.flatMap { [$0.name, $0.value] })),
      .integer(Int64(request.priority)), .blob(request.stdin),
      .integer(job.createdAt.microseconds), .optional(job.startedAt?.microseconds),
      .optional(enforcementID), .optional(request.deadline?.microseconds),
      .integer(request.isCallbackSlim ? 1 : 0), .optional(job.requestID?.text),
      .optional(job.heldUntil?.microseconds),
      .blob(ScheduleCodec.encode(request.schedule)),
    ]
  }

  static func stateCode(of state: JobState) -> Int64 { stateCode(of: state.status) }

  static func stateCode(of status: JobQuery.Status) -> Int64 {
    switch status {
    case .queued: queued
    case .running: running
    case .finished: finished
    }
  }

  /// What `job(_:output:)` reads, from `job` and its companions by their names.
  static let columns = """
    job.id, job.state, job.epoch, job.client, job.command, job.arguments, job.callback,
    job.timeout, job.limits, job.environment, job.labels, job.priority, job.stdin, job.created,
    job.started, enforcement.json
    """

  /// The columns of `ending` that come behind those, where they are wanted.
  static let endingColumns = """
    ending.finished, ending.outcome, ending.detail, ending.code, ending.texts, ending.userTime,
    ending.systemTime, ending.wallTime, ending.peakMemory, ending.peakProcesses,
    ending.isOfWholeJob, ending.refused, ending.stdoutTotal, ending.stdoutKept,
    ending.stderrTotal, ending.stderrKept, job.deadline, ending.limitsMet, ending.isUnfinished,
    ending.stdoutTail, ending.stderrTail, job.isCallbackSlim, job.requestID,
    ending.progress, ending.isShort, job.heldUntil, ending.files, job.schedule, job.attempts,
    ending.results, job.successCode, job.rank
    """

  /// The first column behind both.
  static let nextColumn: Int32 = 48

  static let tables = """
    job LEFT JOIN enforcement ON enforcement.id = job.enforcement
    LEFT JOIN ending ON ending.sequence = job.sequence
    """

  /// The job of a row of `columns` and `endingColumns`, its output apart; nil where the row holds
  /// what was never written there.
  static func job(_ row: borrowing some StoredRow & ~Copyable) -> Job? {
    guard let id = JobID(bytes: row.blob(0)), let request = request(row) else { return nil }
    let epoch = UInt64(truncatingIfNeeded: row.integer(2))
    var job = Job(
      id: id, request: request, client: Principal(name: row.text(3)),
      requestID: row.optionalText(38).flatMap(RequestID.init),
      createdAt: Timestamp(microseconds: row.integer(13)), enforcementJSON: row.blob(15),
      epoch: epoch)
    guard let attempts = AttemptCodec.decode(row.blob(44)) else { return nil }
    (job.attempts, job.retryAt) = attempts
    job.rankedAt = row.optionalInteger(47).map { Timestamp(microseconds: $0) }
    do throws(IllegalTransitionError) {
      if let started = row.optionalInteger(14) {
        try job.apply(.started(epoch: epoch), at: Timestamp(microseconds: started))
      }
      switch row.integer(1) {
      case queued where job.state == .queued:
        job.heldUntil = row.optionalInteger(41).map { Timestamp(microseconds: $0) }
        return job
      case running where job.state == .running:
        job.successCode = row.optionalInteger(46).map { UInt8(truncatingIfNeeded: $0) }
        return job
      case finished: return try ended(job, row)
      default: return nil
      }
    } catch {
      return nil
    }
  }

  private static func ended(
    _ job: Job, _ row: borrowing some StoredRow & ~Copyable
  ) throws(IllegalTransitionError) -> Job? {
    guard let texts = TextListCodec.decode(row.blob(20)), let accounting = accounting(row) else {
      return nil
    }
    let stored = StoredOutcome(
      name: row.text(17), detail: row.optionalInteger(18), code: row.optionalInteger(19),
      texts: texts)
    guard let outcome = stored.outcome else { return nil }
    var job = job
    job.accounting = accounting
    try job.apply(.ended(outcome), at: Timestamp(microseconds: row.integer(16)))
    return job
  }

  private static func request(_ row: borrowing some StoredRow & ~Copyable) -> JobRequest? {
    guard let arguments = TextListCodec.decodeBytes(row.blob(5)),
      let environment = TextListCodec.decodePairs(row.blob(9)),
      let labels = TextListCodec.decodePairs(row.blob(10)),
      let schedule = ScheduleCodec.decode(row.blob(43))
    else { return nil }
    var demands = JobDemands()
    guard LimitsCodec.decode(row.blob(8), into: &demands) else { return nil }
    demands.timeout = row.optionalInteger(7).map { UInt32(truncatingIfNeeded: $0) }
    demands.environment = environment.map { JobDemands.Variable(name: $0.0, value: $0.1) }
    do throws(JobRefusal) {
      return try JobRequest(
        command: row.text(4), arguments: [], callback: row.optionalText(6), demands: demands
      )
      .passing(arguments)
      .callingBackSlim(row.integer(37) != 0)
      .scheduled(schedule)
      .labelled(labels.map { JobLabel(name: $0.0, value: $0.1) })
      .prioritized(Int(row.integer(11)))
      .reading(row.blob(12))
      .due(row.optionalInteger(32).map { Timestamp(microseconds: $0) })
    } catch {
      return nil
    }
  }

  private static func accounting(
    _ row: borrowing some StoredRow & ~Copyable
  ) -> JobAccounting.Record? {
    guard let texts = TextListCodec.decode(row.blob(27)), texts.count.isMultiple(of: 3) else {
      return nil
    }
    var accounting = JobAccounting.Record()
    for index in stride(from: 0, to: texts.count, by: 3) {
      guard let count = UInt32(texts[index + 2]) else { return nil }
      let error = texts[index + 1]
      accounting.refusals.append(
        JobAccounting.Refusal(call: texts[index], error: error.isEmpty ? nil : error, count: count))
    }
    guard let limitsMet = TextListCodec.decode(row.blob(33)) else { return nil }
    accounting.limitsMet = limitsMet
    accounting.isUnfinished = row.integer(34) != 0
    accounting.progressJSON = row.blob(39)
    accounting.isShort = row.integer(40) != 0
    guard let files = JobFileCodec.decode(row.blob(42)) else { return nil }
    accounting.files = files
    guard let results = TextListCodec.decode(row.blob(45)),
      StoredResults.read(results, into: &accounting)
    else { return nil }
    guard let user = row.optionalInteger(21) else { return accounting }
    accounting.usage = JobAccounting.ResourceUsage(
      user: UInt64(clamping: user), system: UInt64(clamping: row.integer(22)),
      wall: UInt64(clamping: row.integer(23)), peakMemory: UInt64(clamping: row.integer(24)),
      peakProcesses: row.optionalInteger(25).map { UInt64(clamping: $0) },
      isOfWholeJob: row.integer(26) != 0)
    return accounting
  }
}
