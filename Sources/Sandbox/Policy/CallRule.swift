/// What an entry changes in the system calls of its profile. Names are those of libseccomp; an
/// unknown one is an error.
package struct CallRule: Hashable, Sendable {
  /// If set, of the profile's calls only these are allowed; what `trace` writes.
  package var only: [String]?
  /// Refused with EPERM although the profile allows them.
  package var deny: [String] = []
  /// Groups of calls that are allowed beside the profile: names of `CallGroup`.
  package var groups: [CallGroup] = []

  package init() {}
}

/// Calls that policy may add to a profile, in groups that were looked at together. There is no way
/// to add a single call.
package enum CallGroup: String, CaseIterable, Hashable, Sendable {
  /// perf_event_open is not in it, nor is anything that reaches another process.
  case asynchronousFiles = "asynchronous-files"
  case memoryPolicy = "memory-policy"
  case fileHandles = "file-handles"
}
