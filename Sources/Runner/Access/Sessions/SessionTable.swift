/// Sessions of browsers, each of the secret of a token that began it, in bounded memory: one
/// look-up whatever their number. Of what a cookie carries a digest is kept alone.
package struct SessionTable: Sendable {
  private struct Row {
    let token: TokenDigest
    /// When it ends whatever happens, and when it was used last: of a monotonic clock.
    let end: Duration
    var used: Duration
  }

  /// Sessions at one time; a further one ends those that were not used for longest, a sixteenth.
  package static let sessionsMax = 4096
  /// Sessions of one secret of a token at one time; a further one ends the one of them
  /// that was not used for longest.
  package static let sessionsPerTokenMax = 32
  /// Time from its begin after which a session is over.
  package static let timeMax: Duration = .seconds(12 * 3600)
  /// Time without a request after which it is over.
  package static let idleTimeMax: Duration = .seconds(2 * 3600)

  private var rows: [TokenDigest: Row] = [:]
  /// The sessions of each token, in no order.
  private var secrets: [TokenDigest: [TokenDigest]] = [:]

  /// An empty table.
  package init() {}

  /// Sessions in the table, with those that are over and were not looked up since.
  package var count: Int { rows.count }

  /// Begins a session for the holder of a token.
  ///
  /// - Parameters:
  ///   - secret: digest of the new session's secret.
  ///   - now: of a monotonic clock.
  package mutating func begin(_ secret: TokenDigest, for token: TokenDigest, at now: Duration) {
    let own = secrets[token] ?? []
    if own.count >= Self.sessionsPerTokenMax {
      if let oldest = own.min(by: { used($0) < used($1) }) { end(oldest) }
    } else if rows.count >= Self.sessionsMax {
      // Some at a time, so that the cost for one session is the same however many come.
      let oldest = rows.keys.sorted { used($0) < used($1) }
      for key in oldest.prefix(Self.sessionsMax / 16) { end(key) }
    }
    rows[secret] = Row(token: token, end: now + Self.timeMax, used: now)
    secrets[token, default: []].append(secret)
  }

  /// Digest of the token that a session is of.
  ///
  /// - Returns: nil where there is none with this secret, or its time is over.
  package mutating func token(of secret: TokenDigest, at now: Duration) -> TokenDigest? {
    guard let row = rows[secret] else { return nil }
    guard Self.isLive(row, at: now) else {
      end(secret)
      return nil
    }
    rows[secret]?.used = now
    return row.token
  }

  /// Ends a session.
  package mutating func end(_ secret: TokenDigest) {
    guard let token = rows.removeValue(forKey: secret)?.token else { return }
    secrets[token]?.removeAll { $0 == secret }
    if secrets[token]?.isEmpty == true { secrets[token] = nil }
  }

  private func used(_ secret: TokenDigest) -> Duration { rows[secret]?.used ?? .zero }

  private static func isLive(_ row: Row, at now: Duration) -> Bool {
    now < row.end && now - row.used < idleTimeMax
  }
}
