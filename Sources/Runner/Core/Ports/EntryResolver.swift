/// The port to the whitelist: resolves a request to an entry, and checks it against the policy of
/// the entry.
package protocol EntryResolver: Sendable {
  /// The index of the entry in the generation in force: it changes only while the engine reloads.
  ///
  /// - Throws: `JobRefusal.notWhitelisted`, or `field` for arguments and demands that the policy of
  ///   the entry does not allow.
  func entry(for request: JobRequest) throws(JobRefusal) -> Int

  /// The results that a request names, in the order of its arguments.
  ///
  /// - Throws: as `entry`, for a request that policy does not allow any more.
  func outputs(of request: JobRequest) throws(JobRefusal) -> [OutputArgument]
}

extension EntryResolver {
  /// None: for a whitelist that knows no results.
  ///
  /// - Throws: nothing; the requirement does.
  package func outputs(of request: JobRequest) throws(JobRefusal) -> [OutputArgument] { [] }
}
