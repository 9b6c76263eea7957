/// Refuses what a page of another site makes a browser send. Programs that are no browsers send
/// neither `Origin` nor `Sec-Fetch-Site`, and are not looked at.
struct OriginGuard: Sendable {
  private let hostNames: HostNames

  init(hostNames: HostNames) {
    self.hostNames = hostNames
  }

  /// Why the request is refused, and what to do; nil if it may pass.
  func problem(with head: RequestHead) -> String? {
    let fields = head.fields
    // Only HTTP/1.0 has no Host, which no browser speaks.
    if fields.hostCount > 0, !hostNames.allows(fields.host) {
      return """
        This service is not known by the name in the Host field. Start it with \
        --host-name NAME to admit one, or address it by its IP address.
        """
    }
    return head.method.isSafe ? reading(fields) : writing(fields)
  }

  private func reading(_ fields: HeaderFields) -> String? {
    switch fields.fetchSite {
    case .absent, .sameOrigin, .none, .sameSite: nil
    case .crossSite, .unknown: "Pages of other sites may not read jobs."
    }
  }

  private func writing(_ fields: HeaderFields) -> String? {
    switch fields.fetchSite {
    case .sameOrigin, .none:
      return nil
    case .sameSite, .crossSite, .unknown:
      return "Pages of other sites may not submit jobs."
    case .absent:
      // Browsers omit Sec-Fetch-Site where the page came over plain HTTP: Origin does the work.
      guard fields.originCount > 0 else { return nil }
      let isOwn = fields.originCount == 1 && Self.isSame(fields.origin, host: fields.host)
      return isOwn ? nil : "Pages of other sites may not submit jobs: Origin is not this Host."
    }
  }

  /// Compares `scheme://host:port` with `host:port`, each without the scheme's own port.
  private static func isSame(_ origin: String, host: String) -> Bool {
    let schemes = [("http://", ":80"), ("https://", ":443")]
    for (scheme, port) in schemes where origin.hasPrefix(scheme) {
      let authority = origin.dropFirst(scheme.count)
      return !authority.isEmpty && without(port, authority) == without(port, host[...])
    }
    return false
  }

  private static func without(_ port: String, _ authority: Substring) -> String {
    (authority.hasSuffix(port) ? authority.dropLast(port.count) : authority).lowercased()
  }
}
