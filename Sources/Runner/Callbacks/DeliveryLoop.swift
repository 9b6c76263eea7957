import CCurl
import Glibc
import RunnerCore
import SystemBase

/// The event loop of the sending thread: curl_multi_perform(3), curl_multi_poll(3).
struct DeliveryLoop: ~Copyable {
  /// Timeout of an idle poll; nothing depends on it.
  private static let idleMilliseconds = 60_000
  /// Pause after libcurl could not even wait, so that a lasting fault does not spin.
  private static let faultPauseSeconds: UInt32 = 1

  private let queue: DeliveryQueue
  private let limits: CallbackLimits
  private let log: any Logger
  private let multi: CurlMulti
  private var transfers: [UInt: DeliveryTransfer] = [:]

  init(
    _ multi: consuming CurlMulti, queue: DeliveryQueue, limits: CallbackLimits,
    log: any Logger
  ) {
    self.queue = queue
    self.limits = limits
    self.log = log
    self.multi = multi
  }

  /// Sends until the queue is stopped, and all deliveries have ended or the deadline has passed.
  mutating func run() {
    ThreadRole.callbacks.assertCurrent()
    // SAFETY: the queue keeps the waker until `run` returns, and `multi` lives longer than that.
    unsafe queue.setWaker(multi.waker)
    defer { unsafe queue.setWaker(nil) }
    while true {
      let batch = queue.dequeue(upTo: limits.inFlightMax - transfers.count)
      for request in batch.requests { begin(request) }
      advance()
      let isIdle = transfers.isEmpty && !batch.hasMore && !batch.isEncoding
      if let stopAt = batch.stopAt, isIdle || stopAt <= .now {
        abandonAll()
        return
      }
      let hasRoom = batch.hasMore && transfers.count < limits.inFlightMax
      wait(hasRoom ? 0 : Self.milliseconds(until: batch.stopAt))
    }
  }

  private mutating func begin(_ request: DeliveryRequest) {
    do throws(CurlFailure) {
      let transfer = try DeliveryTransfer(of: request, limits: limits)
      try multi.add(transfer)
      // SAFETY: the address is a key of the dictionary; it is not dereferenced.
      unsafe transfers[UInt(bitPattern: transfer.easy)] = transfer
    } catch {
      report(request, error.description)
      request.completion(CallbackOutcome(.failed(.connection), milliseconds: 0))
    }
  }

  /// Advances every transfer, and removes those that ended.
  private mutating func advance() {
    do throws(CurlFailure) {
      try multi.perform()
      while let (name, code) = multi.nextEnded() {
        guard let transfer = transfers.removeValue(forKey: name) else { continue }
        if let reason = transfer.failure(code) { report(transfer.request, reason) }
        transfer.request.completion(transfer.outcome(code))
        try multi.remove(transfer)
      }
    } catch {
      log.log(
        .error, "callbacks.transfer_failed", "callbacks: libcurl could not go on: \(error)",
        ["error": "\(error)"])
    }
  }

  private func wait(_ milliseconds: Int) {
    do throws(CurlFailure) {
      try multi.poll(milliseconds: CInt(milliseconds))
    } catch {
      log.log(
        .error, "callbacks.wait_failed", "callbacks: libcurl could not wait: \(error)",
        ["error": "\(error)"])
      sleep(Self.faultPauseSeconds)
    }
  }

  /// Abandons every transfer in flight, with a log line each.
  private mutating func abandonAll() {
    for transfer in transfers.values {
      report(transfer.request, "the service stopped before the receiver answered")
      transfer.request.completion(nil)
      do throws(CurlFailure) {
        try multi.remove(transfer)
      } catch {
        log.log(
          .error, "callbacks.removal_failed", "callbacks: libcurl kept a transfer: \(error)",
          ["error": "\(error)"])
      }
    }
    transfers = [:]
  }

  private func report(_ request: DeliveryRequest, _ reason: String) {
    log.log(
      .warning, "callback.attempt_failed",
      "callback of job \(request.id) to \(request.target.shown) failed: \(reason)",
      ["job": "\(request.id)", "receiver": .text(request.target.shown), "reason": "\(reason)"])
  }

  private static func milliseconds(until instant: ContinuousClock.Instant?) -> Int {
    guard let instant else { return idleMilliseconds }
    let (seconds, attoseconds) = (instant - .now).components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000) + 1
    return min(max(milliseconds, 0), idleMilliseconds)
  }
}
