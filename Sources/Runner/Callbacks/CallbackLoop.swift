import CCurl
import Glibc
import RunnerCore

/// The one thread that speaks to receivers.
struct CallbackLoop: ~Copyable {
  /// How long a turn lasts when nothing happens: nothing depends on it.
  private static let idleMilliseconds = 60_000
  /// Pause after libcurl could not even wait, so that a lasting fault does not spin.
  private static let faultPauseSeconds: UInt32 = 1

  private let mailbox: CallbackMailbox
  private let limits: CallbackLimits
  private let log: any Logger
  private let multi: CurlMulti
  private var transfers: [UInt: CallbackTransfer] = [:]

  init(
    _ multi: consuming CurlMulti, mailbox: CallbackMailbox, limits: CallbackLimits,
    log: any Logger
  ) {
    self.mailbox = mailbox
    self.limits = limits
    self.log = log
    self.multi = multi
  }

  /// Delivers until the mailbox says stop, and what waits is done or the time for it is over.
  mutating func run() {
    unsafe mailbox.setWaker(multi.waker)
    defer { unsafe mailbox.setWaker(nil) }
    while true {
      let turn = mailbox.take(limits.inFlightMax - transfers.count)
      for letter in turn.letters { begin(letter) }
      advance()
      let isIdle = transfers.isEmpty && !turn.hasMore
      if let stopAt = turn.stopAt, isIdle || stopAt <= .now {
        drop()
        return
      }
      let hasRoom = turn.hasMore && transfers.count < limits.inFlightMax
      wait(hasRoom ? 0 : Self.milliseconds(until: turn.stopAt))
    }
  }

  private mutating func begin(_ letter: CallbackLetter) {
    do throws(CurlFailure) {
      let transfer = try CallbackTransfer(of: letter, limits: limits)
      try multi.add(transfer)
      unsafe transfers[UInt(bitPattern: transfer.easy)] = transfer
    } catch {
      report(letter, error.description)
      letter.then(CallbackOutcome(.failed(.connection), milliseconds: 0))
    }
  }

  /// Moves every transfer on, and takes leave of those that ended.
  private mutating func advance() {
    do throws(CurlFailure) {
      try multi.perform()
      while let (name, code) = multi.nextEnded() {
        guard let transfer = transfers.removeValue(forKey: name) else { continue }
        if let reason = transfer.failure(code) { report(transfer.letter, reason) }
        transfer.letter.then(transfer.outcome(code))
        try multi.remove(transfer)
      }
    } catch {
      log.log(.error, "callbacks: libcurl could not go on: \(error)")
    }
  }

  private func wait(_ milliseconds: Int) {
    do throws(CurlFailure) {
      try multi.poll(milliseconds: CInt(milliseconds))
    } catch {
      log.log(.error, "callbacks: libcurl could not wait: \(error)")
      sleep(Self.faultPauseSeconds)
    }
  }

  /// Gives up what is in flight, each with a line of its own.
  private mutating func drop() {
    for transfer in transfers.values {
      report(transfer.letter, "the service stopped before the receiver answered")
      transfer.letter.then(nil)
      do throws(CurlFailure) {
        try multi.remove(transfer)
      } catch {
        log.log(.error, "callbacks: libcurl kept a transfer: \(error)")
      }
    }
    transfers = [:]
  }

  private func report(_ letter: CallbackLetter, _ reason: String) {
    log.log(
      .warning, "callback of job \(letter.id) to \(letter.target.shown) failed: \(reason)")
  }

  private static func milliseconds(until instant: ContinuousClock.Instant?) -> Int {
    guard let instant else { return idleMilliseconds }
    let (seconds, attoseconds) = (instant - .now).components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000) + 1
    return min(max(milliseconds, 0), idleMilliseconds)
  }
}
