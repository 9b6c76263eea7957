/// What a process asks for of the queued jobs that other processes of a shared store accepted.
package struct PullQuery: Sendable {
  /// Names of the entries whose jobs it could start now.
  package let lanes: [String]
  /// Clients none of whose jobs it could start now.
  package let barredClients: [Principal]
  /// Jobs that it could start now, at least 1.
  package let countMax: Int
  /// Time of the claims; no two queries of one process have the same.
  package let time: Timestamp
  /// Judges jobs in their order: those that it returns are claimed, and it is not asked again until
  /// another query. It is called on any thread, and once more where the transaction is repeated.
  package let admit: @Sendable ([Job]) -> Set<JobID>

  /// A query of these.
  package init(
    lanes: [String], barredClients: [Principal] = [], countMax: Int, time: Timestamp,
    admit: @escaping @Sendable ([Job]) -> Set<JobID> = { Set($0.map(\.id)) }
  ) {
    self.lanes = lanes
    self.barredClients = barredClients
    self.countMax = countMax
    self.time = time
    self.admit = admit
  }
}
