internal import Sandbox

extension EntryRules {
  /// Makes the filter as it will be made at start, so that what it refuses has a place in the file.
  /// Each call that is refused is taken out for the next try: all of them are told.
  mutating func checkCalls() {
    var request = FilterRequest(policy)
    // The contradiction of the two is told by `checkNetwork`.
    if !policy.profile.takesNetwork { request.network = .none }
    while let fault = Self.fault(of: request) {
      guard let name = fault.name, request.calls.removeAll(name) else {
        refuse("calls", fault.message)
        return
      }
      refuse(key(of: fault, name), fault.message)
    }
  }

  private static func fault(of request: FilterRequest) -> FilterFault? {
    do throws(FilterFault) {
      _ = try request.compile()
      return nil
    } catch {
      return error
    }
  }

  private func key(of fault: FilterFault, _ name: String) -> String {
    if case .notInProfile = fault {
      return "calls.only[\(policy.calls.only?.firstIndex(of: name) ?? 0)]"
    }
    return "calls.deny[\(policy.calls.deny.firstIndex(of: name) ?? 0)]"
  }
}

extension CallRule {
  /// - Returns: whether it was named at all.
  fileprivate mutating func removeAll(_ name: String) -> Bool {
    let before = self
    only?.removeAll { $0 == name }
    deny.removeAll { $0 == name }
    return self != before
  }
}
