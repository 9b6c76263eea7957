/// How many callbacks may be owed: a job that asks for one more is not accepted. Jobs that were
/// accepted before still end, so a few more may come to be owed.
package enum OutboxLimits {
  /// In all.
  package static let pendingMax = 100_000
  /// To one receiver, so that one that does not work leaves room for the callbacks of others.
  package static let pendingPerReceiverMax = 10_000
}
