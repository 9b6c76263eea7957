/// Jobs whose files come with the request that made them: they are held while these come, and then
/// start, or are forgotten.
extension JobEngine {
  /// Until when a new job is held; nil for one that is not. For one whose files come with it, whose
  /// request ends with this process, it is the time at which it came, until `endFilling`.
  static func heldUntil(from now: Timestamp, isHeld: Bool, isFilled: Bool) -> Timestamp? {
    if isFilled { return now }
    return isHeld ? now.adding(seconds: Double(HeldJobs.secondsMax)) : nil
  }

  /// Whether the files of a held job came with a request that has not ended.
  func isFilled(_ job: Job) -> Bool { job.heldUntil.map { $0 <= job.createdAt } ?? false }

  private static func isFilled(_ job: JobSnapshot) -> Bool {
    guard let until = job.heldUntil, let created = job.createdAt else { return false }
    return until <= created
  }

  /// Whose the files of a job are, of the requests under its idempotency key.
  package enum FillStatus: Hashable, Sendable {
    /// The caller's: it sends them from now on.
    case own
    /// Another request's, which has not ended.
    case ofAnother
    /// They have come before.
    case complete
  }

  /// Asks to send the files of a job that `submit` returned.
  package func beginFilling(_ job: JobSnapshot) -> FillStatus {
    if let isFirst = held.beginFilling(job.id) { return isFirst ? .own : .ofAnother }
    // One of an earlier process, whose request ended with that, is forgotten at this moment.
    // Of one that another process has, the store says whether its files have come.
    let isLeft = table.job(job.id).map { isFilled($0.job) } ?? Self.isFilled(job)
    return isLeft ? .ofAnother : .complete
  }

  /// Whether the files of a job are on their way with the request that made it, and no other
  /// request may send some or start it.
  package func isBeingFilled(_ id: JobID) -> Bool {
    table.job(id).map { isFilled($0.job) } ?? false
  }

  /// All files of a job have come, and it is held on: the next process holds it, too.
  ///
  /// - Returns: the job, which may have ended meanwhile; nil where it is forgotten.
  /// - Throws: `JobRefusal` where that could not be made durable; its files are on their way then.
  package func endFilling(_ id: JobID) async throws(JobRefusal) -> JobSnapshot? {
    let now = ports.clock.now()
    let until = Self.heldUntil(from: now, isHeld: true, isFilled: false) ?? now
    do throws(StoreFailure) {
      try await ports.store.hold(id, until: until)
      if held.endFilling(id, until: until), var live = table.job(id) {
        live.job.heldUntil = until
        table.put(live)
      }
      return try await find(id)
    } catch {
      throw .notStored(error)
    }
  }

  /// Forgets a held job whose files did not come: with its files, its key and its callback.
  package func withdraw(_ id: JobID) async {
    guard table.job(id)?.isEnding == false, var live = unhold(id) else { return }
    live.isCancelled = true
    live.job.request = live.job.request.withoutCallback()
    table.put(live)
    await finish(id, live.outcome(from: .cancelled(code: nil)), JobAccounting.Record())
    do throws(StoreFailure) {
      _ = try await delete(id)
    } catch {
      ports.log.log(
        .warning, "job.withdrawal_failed",
        "job \(id), whose files did not come, is kept as cancelled: the store \(error)",
        ["job": "\(id)", "error": "\(error)"])
    }
  }
}
