/// What this node has seen of the leases of others: decides which it may take over.
///
/// A lease is over when its row stayed the same for the length of a lease by the clock of this
/// node (CLOCK_BOOTTIME), while this node could renew its own. So no clock of another host is
/// believed, and a jump of the database's clock takes nothing from any node. Watching begins anew
/// with the first renewal of a process, in another era, and after a pause in which other nodes may
/// not have been able to renew either: a network that was away for all does not change the era.
///
/// What is returned may be taken over by a statement that changes the row only if it is still as
/// seen, number and mark: a renewal that came meanwhile wins.
package struct LeaseWatch: Sendable {
  private struct Sight {
    var lease: PeerLease
    /// When the lease was first seen with this mark.
    var since: Int64
  }

  private let terms: LeaseTerms
  private var era: DatabaseEra?
  /// When the newest answered renewal was sent.
  private var sentAt = Int64.min
  private var sights: [Sight] = []

  /// A watch that has seen nothing.
  package init(_ terms: LeaseTerms) { self.terms = terms }

  /// When the next lease is over, unless it is renewed: a renewal then saves up to an interval.
  /// Nil where no other node is known.
  package var nextDue: Int64? { sights.lazy.map(\.since).min().map { $0 + terms.length } }

  /// A renewal of this node was answered.
  ///
  /// - Parameters:
  ///   - peers: the leases of the other nodes that are neither stopped nor taken over.
  ///   - era: the era of the database that answered. One that is not accepted is not observed.
  ///   - sent: when the renewal was sent, in microseconds of CLOCK_BOOTTIME.
  ///   - answered: when its answer came.
  /// - Returns: those that may be taken over.
  package mutating func observe(
    _ peers: [PeerLease], in era: DatabaseEra, sentAt sent: Int64, answeredAt answered: Int64
  ) -> [PeerLease] {
    let isContinuous = sentAt != .min && answered - sentAt < terms.length / 2
    if era != self.era || !isContinuous { sights = [] }
    self.era = era
    sentAt = max(sentAt, sent)
    sights = peers.map { peer in
      let earlier = sights.first { $0.lease == peer }
      return Sight(lease: peer, since: earlier?.since ?? answered)
    }
    return sights.filter { answered - $0.since >= terms.length }.map(\.lease)
  }
}
