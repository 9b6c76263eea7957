internal import RunnerCore
internal import SandboxBase

/// A configuration as a whole, checked: what file and command line say together.
package struct Configuration: Hashable, Sendable {
  /// What a command means to the whitelist.
  package enum Resolution: Hashable, Sendable {
    /// The index of the entry.
    case entry(Int)
    /// A path that several entries have: clients must say which by alias.
    case ambiguous(aliases: [String])
    /// No entry has that alias or path.
    case unknown
  }

  /// Settings of the service as a whole.
  package let service: ServiceSettings
  /// Entries in the order of the file, with those of `-w` behind them.
  package let entries: [ConfiguredEntry]

  /// Names of the credentials of systemd that stand in the place of files.
  package var credentialNames: [String] {
    service.credentialNames
      + entries.flatMap(\.hooks).compactMap { hook in
        hook.proof.flatMap { ServiceSettings.credentialName($0.file) }
      }
  }

  /// A configuration of these parts, which the caller has checked.
  package init(service: ServiceSettings, entries: [ConfiguredEntry]) {
    self.service = service
    self.entries = entries
  }

  /// The entry that a client means by `command`: an alias or a path, byte for byte. An alias
  /// has no slash and a path begins with one, so that neither can be taken for the other.
  package func resolve(_ command: String) -> Resolution {
    let isMeant = { (name: String) in name.utf8.elementsEqual(command.utf8) }
    if command.utf8.first != UInt8(ascii: "/") {
      return entries.firstIndex { $0.alias.map(isMeant) == true }.map { .entry($0) } ?? .unknown
    }
    let found = entries.indices.filter { isMeant(entries[$0].policy.path) }
    switch found.count {
    case 0: return .unknown
    case 1: return .entry(found[0])
    default: return .ambiguous(aliases: found.compactMap { entries[$0].alias })
    }
  }
}
