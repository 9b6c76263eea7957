/// The port to the whitelist: resolves a request to an entry, and checks it against the policy of
/// the entry.
package protocol EntryResolver: Sendable {
  /// The index of the entry in the generation in force: it changes only while the engine reloads.
  ///
  /// - Throws: `JobRefusal.notWhitelisted`, or `field` for arguments and demands that the policy of
  ///   the entry does not allow.
  func entry(for request: JobRequest) throws(JobRefusal) -> Int
}
