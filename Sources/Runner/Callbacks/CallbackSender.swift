import CCurl
import Glibc
import NetworkBase
package import RunnerCore
import Synchronization
import SystemBase

/// Sends callbacks: one POST for each delivery attempt, all on one thread, with bodies that other
/// threads encode.
package final class CallbackSender: CallbackTransport {
  private let policy: Mutex<CallbackPolicy>
  private let limits: CallbackLimits
  private let spool: CallbackSpool
  private let log: any Logger
  private let queue: DeliveryQueue
  private let encoders = EncodingThreads()
  private let makeMulti: @Sendable () throws(CurlFailure) -> CurlMulti
  /// From one try to begin to the next, where the system has no descriptors left.
  private static let beginPauseSeconds: UInt32 = 1

  /// Starts nothing yet: a thread made now would keep the privileges of the moment.
  package convenience init(
    _ policy: CallbackPolicy = CallbackPolicy(), limits: CallbackLimits = CallbackLimits(),
    spool: CallbackSpool = CallbackSpool(), log: any Logger
  ) {
    self.init(policy, limits: limits, spool: spool, log: log) { () throws(CurlFailure) in
      try CurlMulti()
    }
  }

  /// - Parameter makeMulti: libcurl's handle; called on the thread that sends.
  init(
    _ policy: CallbackPolicy, limits: CallbackLimits, spool: CallbackSpool = CallbackSpool(),
    log: any Logger,
    makeMulti: @escaping @Sendable () throws(CurlFailure) -> CurlMulti
  ) {
    self.policy = Mutex(policy)
    self.limits = limits
    self.spool = spool
    self.log = log
    self.queue = DeliveryQueue()
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
    guard queue.start() else { return }
    do throws(CurlFailure) {
      try CurlFailure.check(Self.globalCode)
      try startThread()
    } catch {
      queue.markEnded()
      throw error
    }
  }

  package func problem(with url: String) -> String? {
    do throws(CallbackURLError) {
      let target = try CallbackTarget(url)
      if target.namesUser { return CallbackURLError.user.sentence }
      return target.endpoint.flatMap { refusal(of: $0.address, port: $0.port) }
    } catch {
      return error.sentence
    }
  }

  /// What policy says of an address that a URL names by its number. Names are judged when they are
  /// resolved, at each try.
  private func refusal(of address: NetworkAddress, port: Int) -> String? {
    policy.withLock(\.addresses).refusal(of: address, port: port) { address in
      LocalAddresses.contain(address) ?? false
    }.map { "Callbacks do not go there: \($0). callbacks.allow of the configuration can name it." }
  }

  package func send(
    _ job: JobSnapshot, _ completion: @escaping @Sendable (CallbackOutcome?) -> Void
  ) {
    let delivery = DeliveryQueue.Delivery(id: job.id, completion: completion)
    do throws(CallbackURLError) {
      let target = try CallbackTarget(job.request.callback ?? "")
      guard let ticket = queue.announce(delivery) else {
        return refuse(delivery, "the service is stopping", nil)
      }
      encoders.start(
        EncodingThreads.Work { [self] in
          encode(job, to: target, delivery, ticket)
        } refuse: { [self] in
          withdraw(delivery, ticket, "the system gives no thread", .failed(.connection))
        })
    } catch {
      refuse(delivery, error.sentence, CallbackOutcome(.failed(.url), milliseconds: 0))
    }
  }

  /// Encodes and signs the body of one delivery, and hands it to the sending thread.
  private func encode(
    _ job: JobSnapshot, to target: CallbackTarget, _ delivery: DeliveryQueue.Delivery,
    _ ticket: UInt64
  ) {
    do throws(CallbackContent.ReadFailure) {
      let request = try DeliveryRequest(
        job, to: target, at: Self.millisecondsSince1970(), policy.withLock(\.self), in: spool,
        delivery.completion)
      if let request { return queue.enqueue(request, ticket) }
      withdraw(delivery, ticket, "it could not be signed", .failed(.reply))
    } catch {
      // A database that is away, a disk that fails: the delivery is owed on.
      withdraw(delivery, ticket, "the output of the job could not be read", .failed(.connection))
    }
  }

  private func withdraw(
    _ delivery: DeliveryQueue.Delivery, _ ticket: UInt64, _ reason: String,
    _ result: CallbackResult
  ) {
    guard queue.withdraw(ticket) else { return }
    refuse(delivery, reason, CallbackOutcome(result, milliseconds: 0))
  }

  private func refuse(
    _ delivery: DeliveryQueue.Delivery, _ reason: String, _ outcome: CallbackOutcome?
  ) {
    log.log(
      .warning, "callback.not_sent", "callback of job \(delivery.id) was not sent: \(reason)",
      ["job": "\(delivery.id)", "reason": "\(reason)"])
    delivery.completion(outcome)
  }

  /// Takes no more jobs, lets what is in flight and waiting finish within
  /// `CallbackLimits.stopMilliseconds`, drops the rest with a log line each, and returns when the
  /// thread is done.
  package func stop() async {
    await queue.stop(at: .now + .milliseconds(limits.stopMilliseconds))
    for delivery in queue.drain() { refuse(delivery, "the service stopped before", nil) }
  }

  /// libcurl's own set-up, once in a process.
  private static let globalCode = curl_global_init(ccurl_global_default)

  private func startThread() throws(CurlFailure) {
    do throws(DedicatedThread.Failure) {
      // It is not joined: `stop` waits for `markEnded` instead.
      try DedicatedThread { [self] in runThread() }.detach()
    } catch {
      throw CurlFailure("pthread_create failed with error \(error.code)")
    }
  }

  private static func millisecondsSince1970() -> Int {
    var time = timespec()
    // SAFETY: clock_gettime(2) writes one timespec, which is a local variable.
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// The life of the thread. The handles are made here and never leave it.
  private func runThread() {
    ThreadRole.callbacks.adopt()
    if let multi = begin() {
      var loop = DeliveryLoop(multi, queue: queue, limits: limits, log: log)
      loop.run()
    }
    queue.markEnded()
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
        if !isTold {
          log.log(
            .error, "callbacks.start_failed", "callbacks wait: libcurl could not start: \(error)",
            ["error": "\(error)"])
        }
        isTold = true
        sleep(Self.beginPauseSeconds)
      }
    } while !queue.isStopping
    return nil
  }
}
