package import SandboxBase

extension SyscallProfile {
  /// Groups of calls that are part of the profile.
  package var groups: [SyscallGroup] {
    switch self {
    case .compute, .standard, .network: []
    case .jit: [.addressLayout, .memoryPolicy]
    case .build: [.addressLayout]
    }
  }

  /// What the filter of this profile is made of, one rule a call.
  ///
  /// - Throws: `FilterFailure` for `calls` that contradict the profile, each other, or what every
  ///   launch needs, and for a grant that the profile excludes.
  package func rules(
    network: NetworkGrant = .none, calls: SyscallOverrides = SyscallOverrides()
  ) throws(FilterFailure) -> [SyscallRule] {
    guard takesNetwork || !network.hasInternetSockets else {
      throw .networkNotInProfile(profile: self)
    }
    var table = SyscallTable(rows: SyscallCatalogue.standard)
    table.replace(by: ProfileRows.differences(of: self))
    table.replace(by: SocketRows.rows(network, routes: self == .network))
    for group in groups + calls.groups { table.widen(by: group.rows) }
    try table.narrow(by: calls, profile: self)
    return table.rows
  }
}
