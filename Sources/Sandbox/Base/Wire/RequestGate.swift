/// Which requests may come now. Unknown, early, late and repeated ones end the launcher.
package struct RequestGate {
  private var open: Set<Request.Kind> = [.policy]

  /// A gate before the first request, which must be the policy.
  package init() {}

  /// Checks the kind of a request, and opens or closes the kinds that may follow it.
  ///
  /// - Returns: the kind behind a number from the wire, if it may come now.
  /// - Throws: `WireError.unknownKind`, or `WireError.notPermitted` for a kind that may not come
  ///   now.
  package mutating func admit(_ code: UInt32) throws(WireError) -> Request.Kind {
    guard let kind = Request.Kind(rawValue: code) else { throw .unknownKind(code) }
    guard open.contains(kind) else { throw .notPermitted(code) }
    switch kind {
    case .policy: open = [.entry]
    case .entry: open = [.entry, .seal]
    case .seal: open = [.launch, .terminate, .freeze, .thaw, .reload]
    case .launch, .terminate, .freeze, .thaw, .reload: break
    }
    return kind
  }
}
