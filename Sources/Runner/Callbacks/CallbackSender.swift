import CCurl
import Glibc
package import RunnerCore
import Synchronization

/// Tells receivers that a job ended: one POST for each try, all on one thread.
package final class CallbackSender: CallbackTransport {
  private let policy: Mutex<CallbackPolicy>
  private let limits: CallbackLimits
  private let log: any Logger
  private let mailbox: CallbackMailbox
  private let makeMulti: @Sendable () throws(CurlFailure) -> CurlMulti
  /// From one try to begin to the next, where the system has no descriptors left.
  private static let beginPauseSeconds: UInt32 = 1

  /// Starts nothing yet: a thread made now would keep the privileges of the moment.
  package convenience init(
    _ policy: CallbackPolicy = CallbackPolicy(), limits: CallbackLimits = CallbackLimits(),
    log: any Logger
  ) {
    self.init(policy, limits: limits, log: log) { () throws(CurlFailure) in try CurlMulti() }
  }

  /// - Parameter makeMulti: libcurl's handle; called on the thread that sends.
  init(
    _ policy: CallbackPolicy, limits: CallbackLimits, log: any Logger,
    makeMulti: @escaping @Sendable () throws(CurlFailure) -> CurlMulti
  ) {
    self.policy = Mutex(policy)
    self.limits = limits
    self.log = log
    self.mailbox = CallbackMailbox()
    self.makeMulti = makeMulti
  }

  /// Another policy holds for the tries that begin from now on.
  package func use(_ policy: CallbackPolicy) {
    self.policy.withLock { $0 = policy }
  }

  /// Starts the thread; call it once the process has dropped its privileges. Jobs handed over
  /// before wait for it. A second call does nothing.
  ///
  /// - Throws: `CurlFailure` when the system gives no thread or libcurl no handle.
  package func start() throws(CurlFailure) {
    guard mailbox.start() else { return }
    do throws(CurlFailure) {
      try CurlFailure.check(Self.globalCode)
      try startThread()
    } catch {
      mailbox.end()
      throw error
    }
  }

  package func problem(with url: String) -> String? {
    do throws(CallbackProblem) {
      _ = try CallbackTarget(url)
      return nil
    } catch {
      return error.sentence
    }
  }

  package func send(
    _ job: JobSnapshot, _ then: @escaping @Sendable (CallbackOutcome?) -> Void
  ) {
    do throws(CallbackProblem) {
      let target = try CallbackTarget(job.request.callback ?? "")
      let letter = CallbackLetter(
        job, to: target, at: Self.millisecondsSince1970(), policy.withLock(\.self), then)
      guard let letter else {
        refuse(
          job, "it could not be signed", then, CallbackOutcome(.failed(.reply), milliseconds: 0))
        return
      }
      if !mailbox.put(letter) { refuse(job, "the service is stopping", then, nil) }
    } catch {
      refuse(job, error.sentence, then, CallbackOutcome(.failed(.url), milliseconds: 0))
    }
  }

  private func refuse(
    _ job: JobSnapshot, _ reason: String, _ then: @Sendable (CallbackOutcome?) -> Void,
    _ outcome: CallbackOutcome?
  ) {
    log.log(.warning, "callback of job \(job.id) was not sent: \(reason)")
    then(outcome)
  }

  /// Takes no more jobs, lets what is in flight and waiting finish within
  /// `CallbackLimits.stopMilliseconds`, drops the rest with a log line each, and returns when the
  /// thread is done.
  package func stop() async {
    await mailbox.stop(at: .now + .milliseconds(limits.stopMilliseconds))
    for letter in mailbox.take(.max).letters {
      log.log(.warning, "callback of job \(letter.id) was not sent: the service stopped before")
      letter.then(nil)
    }
  }

  /// libcurl's own set-up, once in a process.
  private static let globalCode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private func startThread() throws(CurlFailure) {
    var thread = pthread_t()
    // SAFETY: the new thread takes over this reference, or nobody does.
    let argument = unsafe Unmanaged.passRetained(self)
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<CallbackSender>.fromOpaque(argument).takeRetainedValue().runThread()
        }
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      unsafe argument.release()
      throw CurlFailure("pthread_create failed with error \(code)")
    }
    // Nobody joins it: `stop` waits for the mailbox to be ended instead.
    pthread_detach(thread)
  }

  private static func millisecondsSince1970() -> Int {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// The life of the thread. The handles are made here and never leave it.
  private func runThread() {
    if let multi = begin() {
      var loop = CallbackLoop(multi, mailbox: mailbox, limits: limits, log: log)
      loop.run()
    }
    mailbox.end()
  }

  /// What is missing now may be there later, so that callbacks wait and are not lost.
  ///
  /// Tried at least once: what waits at a stop that comes early is still sent.
  ///
  /// - Returns: nil when the service stops before.
  private func begin() -> CurlMulti? {
    var isTold = false
    repeat {
      do throws(CurlFailure) {
        return try makeMulti()
      } catch {
        if !isTold { log.log(.error, "callbacks wait: libcurl could not start: \(error)") }
        isTold = true
        sleep(Self.beginPauseSeconds)
      }
    } while !mailbox.isStopping
    return nil
  }
}
