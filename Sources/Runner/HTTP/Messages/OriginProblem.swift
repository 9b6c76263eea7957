/// Why a browser's request is refused by where it comes from.
struct OriginProblem: Hashable, Sendable {
  /// What was wrong, as the audit log has it.
  enum Reason: String, Hashable, Sendable, CaseIterable {
    /// `Host` names a machine that this is not: DNS rebinding, or a name that is not set up.
    case hostName = "host_name"
    /// The page that made the browser send it is of another site.
    case otherSite = "other_site"
  }

  let reason: Reason
  /// A sentence for the client: what to do.
  let text: String
}
