internal import SandboxBase

/// Rows of system calls while a profile is put together: no call is in two of them.
struct SyscallTable {
  private(set) var rows: [SyscallRule]

  init(rows: [SyscallRule]) {
    self.rows = rows
  }

  func rule(for name: String) -> SyscallRule? { rows.first { $0.names.contains(name) } }

  /// `new` decides the calls that it names, whatever was there for them.
  mutating func replace(by new: [SyscallRule]) {
    let names = Set(new.flatMap(\.names))
    remove(names.contains)
    rows += new
  }

  /// `new` decides the calls that it names and that are not allowed in full already.
  mutating func widen(by new: [SyscallRule]) {
    let free = Set(rows.filter(\.alwaysAllows).flatMap(\.names))
    for row in new {
      let names = row.names.filter { !free.contains($0) }
      if !names.isEmpty { replace(by: [row.naming(names)]) }
    }
  }

  /// Takes away what `calls` does not have in `only`, or has in `deny`.
  mutating func narrow(by calls: SyscallOverrides, profile: SyscallProfile) throws(FilterFailure) {
    for name in calls.deny + (calls.only ?? []) { try Self.require(name) }
    for name in calls.deny where SyscallOverrides.essential.contains(name) {
      throw .neededByLaunch(name: name)
    }
    if let only = calls.only {
      for name in only {
        guard rule(for: name)?.mayAllow ?? false else {
          throw .notInProfile(name: name, profile: profile)
        }
        guard !calls.deny.contains(name) else { throw .onlyAndDenied(name: name) }
      }
      let kept = Set(only + SyscallOverrides.essential)
      replaceAllowed(
        by: .absent(because: "not among the calls that policy names for this entry")
      ) { !kept.contains($0) }
    }
    let denied = Set(calls.deny)
    replaceAllowed(by: .deny(because: "refused by this entry's policy"), where: denied.contains)
  }

  /// Of the calls that are allowed, at least with some arguments, those that `isMeant` names.
  private mutating func replaceAllowed(
    by row: SyscallRule, where isMeant: (String) -> Bool
  ) {
    let names = rows.filter(\.mayAllow).flatMap(\.names).filter(isMeant)
    if !names.isEmpty { replace(by: [row.naming(names)]) }
  }

  private mutating func remove(_ isMeant: (String) -> Bool) {
    rows = rows.compactMap { row in
      let left = row.names.filter { !isMeant($0) }
      if left.count == row.names.count { return row }
      return left.isEmpty ? nil : row.naming(left)
    }
  }

  private static func require(_ name: String) throws(FilterFailure) {
    do throws(SyscallNumbers.UnknownNameError) {
      _ = try SyscallNumbers.number(of: name)
    } catch {
      throw .unknownCall(name: name)
    }
  }
}
