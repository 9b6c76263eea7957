internal import SandboxBase
internal import SandboxFilter

extension EntryRules {
  /// Makes the filter as it will be made at start, so that a refused call has a position.
  /// Each refused call is removed for the next try, so that all of them are reported.
  mutating func checkCalls() {
    var request = FilterRequest(policy)
    // `checkNetwork` reports the contradiction of the two.
    if !policy.profile.takesNetwork { request.network = .none }
    while let fault = Self.fault(of: request) {
      guard let name = fault.name, request.calls.removeAll(name) else {
        refuse("calls", fault.message)
        return
      }
      refuse(key(of: fault, name), fault.message)
    }
  }

  private static func fault(of request: FilterRequest) -> FilterFailure? {
    do throws(FilterFailure) {
      _ = try request.compile()
      return nil
    } catch {
      return error
    }
  }

  private func key(of fault: FilterFailure, _ name: String) -> String {
    if case .notInProfile = fault {
      return "calls.only[\(policy.calls.only?.firstIndex(of: name) ?? 0)]"
    }
    return "calls.deny[\(policy.calls.deny.firstIndex(of: name) ?? 0)]"
  }
}

extension SyscallOverrides {
  /// - Returns: whether it was named at all.
  fileprivate mutating func removeAll(_ name: String) -> Bool {
    let before = self
    only?.removeAll { $0 == name }
    deny.removeAll { $0 == name }
    return self != before
  }
}
