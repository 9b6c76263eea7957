/// One life of a database: between two eras, commits that were answered may have been lost.
package struct DatabaseEra: Hashable, Sendable {
  /// What the next era of a database is to a node that knows this one.
  package enum Succession: Hashable, Sendable {
    case same
    /// The server was restarted: commits without a flush are lost.
    case restarted
    /// A standby was promoted: commits that it had not received are lost.
    case promoted
    /// An older timeline: a primary that came back after another one was promoted. It is not used.
    case older
    /// Another database, such as a restored dump. It is not used.
    case foreign

    /// Whether a node may go on with it.
    package var isAccepted: Bool { self != .older && self != .foreign }
  }

  /// Number that initdb(1) gives a cluster: `system_identifier` of `pg_control_system()`.
  package let system: UInt64
  /// Number that each promotion raises: the first eight digits of `pg_walfile_name()`.
  package let timeline: UInt32
  /// `pg_postmaster_start_time()`, in microseconds since 1970. The recovery from a crash of one
  /// process of the server does not change it, and loses commits without a flush.
  package let started: Int64

  /// An era of these.
  package init(system: UInt64, timeline: UInt32, started: Int64) {
    self.system = system
    self.timeline = timeline
    self.started = started
  }

  /// What `next` is to a node that knows this era.
  package func succession(to next: DatabaseEra) -> Succession {
    if next.system != system { return .foreign }
    if next.timeline != timeline { return next.timeline < timeline ? .older : .promoted }
    return next.started == started ? .same : .restarted
  }
}
