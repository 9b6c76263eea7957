/// Refuses what a page of another site makes a browser send. Programs that are no browsers send
/// neither `Origin` nor `Sec-Fetch-Site`, and are not looked at.
struct OriginGuard: Sendable {
  private let hostNames: HostNames

  init(hostNames: HostNames) {
    self.hostNames = hostNames
  }

  /// Why the request is refused, and what to do; nil if it may pass.
  ///
  /// - Parameters:
  ///   - authority: host and port of a target in absolute-form, which count in the place of `Host`
  ///     (RFC 9112, section 3.2.2).
  ///   - path: of the target.
  func problem(
    with head: RequestHead, authority: String? = nil, path: [UInt8] = []
  ) -> OriginProblem? {
    let fields = head.fields
    let host = authority ?? fields.host
    // Only HTTP/1.0 has no Host, which no browser speaks.
    if authority != nil || fields.hostCount > 0, !hostNames.allows(host) {
      let place = authority == nil ? "Host field" : "target"
      return OriginProblem(
        reason: .hostName,
        text: "This service is not known by the name in the \(place). Start it with --host-name "
          + "NAME to admit one, or address it by its IP address.")
    }
    if Self.isLink(head, path) { return nil }
    let text = head.method.isSafe ? reading(fields) : writing(fields, host)
    return text.map { OriginProblem(reason: .otherSite, text: $0) }
  }

  /// Whether a page of this service sent the request, or the user of the browser asked for it:
  /// where cookies count. A browser sends them with every request to this host, also of pages at
  /// other ports and names of its domain, which `SameSite` takes for the same site.
  ///
  /// What changes something needs a browser that says where it comes from.
  func isOwnPage(_ head: RequestHead, authority: String? = nil) -> Bool {
    let fields = head.fields
    let isOwnOrigin =
      fields.originCount == 1 && Self.isSame(fields.origin, host: authority ?? fields.host)
    switch fields.fetchSite {
    case .sameOrigin: return fields.originCount == 0 || isOwnOrigin
    case .none, .absent: return isOwnOrigin || (fields.originCount == 0 && head.method.isSafe)
    case .sameSite, .crossSite, .unknown: return false
    }
  }

  /// Pages that links of other sites may lead to: they have nothing of any job in them.
  private static let linkedPaths = ["/", "/login"].map { Array($0.utf8) }

  /// Whether the user followed a link of another site to a page.
  private static func isLink(_ head: RequestHead, _ path: [UInt8]) -> Bool {
    head.method == .get && head.fields.fetchSite == .crossSite && head.fields.isNavigation
      && linkedPaths.contains(path)
  }

  private func reading(_ fields: HeaderFields) -> String? {
    switch fields.fetchSite {
    case .absent, .sameOrigin, .none, .sameSite: nil
    case .crossSite, .unknown: "Pages of other sites may not read jobs."
    }
  }

  private func writing(_ fields: HeaderFields, _ host: String) -> String? {
    switch fields.fetchSite {
    case .sameOrigin, .none:
      return nil
    case .sameSite, .crossSite, .unknown:
      return "Pages of other sites may not submit jobs."
    case .absent:
      // Browsers omit Sec-Fetch-Site where the page came over plain HTTP: Origin does the work.
      guard fields.originCount > 0 else { return nil }
      let isOwn = fields.originCount == 1 && Self.isSame(fields.origin, host: host)
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
