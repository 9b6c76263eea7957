package import RunnerCore
internal import Synchronization

/// Tells who makes a request. Asked on the thread of the HTTP server, and never blocks.
package final class Authenticator: Sendable {
  /// The tokens that count, or nothing to go by.
  package enum Source: Sendable {
    /// No credential is asked for: everyone who reaches the listener may do everything, under the
    /// name of the address. `Authorization` fields are not looked at: they may be for a proxy.
    case nothing
    case tokens(TokenTable)
  }

  private let source: Mutex<Source>
  private let throttle = Mutex(FailureThrottle<Principal>())
  /// Time of tokens, and of answers that are held back.
  package let clock: any WallClock

  /// An authenticator that goes by `source`.
  package init(_ source: Source, clock: any WallClock) {
    self.source = Mutex(source)
    self.clock = clock
  }

  /// Goes by other tokens from the next request on.
  package func use(_ source: Source) {
    self.source.withLock { $0 = source }
  }

  /// Whether a credential is asked for.
  package var asks: Bool {
    if case .nothing = source.withLock({ $0 }) { false } else { true }
  }

  /// Who makes a request.
  ///
  /// - Parameters:
  ///   - credential: what it carries; nil for nothing.
  ///   - address: the principal of the connection's address.
  /// - Throws: `AccessRefusal` where no caller is known by it.
  package func caller(
    with credential: @autoclosure () -> Credential?, from address: Principal
  ) throws(AccessRefusal) -> Caller {
    guard case .tokens(let table) = source.withLock({ $0 }) else {
      return Caller(principal: address, grant: .everything, evidence: .address)
    }
    switch credential() {
    case nil:
      throw AccessRefusal(
        .missing,
        "Say who you are: `Authorization: Bearer TOKEN`. `http-runner token add` makes one.")
    case .unusable(let reason):
      throw AccessRefusal(.unusable, reason, delay: delay(of: address))
    case .token(let token):
      switch table.match(token, at: clock.now()) {
      case .found(let record):
        return Caller(holding: record)
      case .expired:
        throw AccessRefusal(
          .expired,
          "The time of this token is over. `http-runner token rotate` gives it a new one.",
          delay: delay(of: address))
      case .unknown:
        throw AccessRefusal(
          .unknown, "This token is not known here: it was revoked, or is of another service.",
          delay: delay(of: address))
      }
    }
  }

  private func delay(of address: Principal) -> Duration {
    let now = Duration.microseconds(clock.uptime())
    return throttle.withLock { $0.failed(address, at: now) }
  }
}
