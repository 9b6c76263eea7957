package import RunnerCore
package import RunnerProgress
package import SandboxBase

/// One entry of the whitelist, checked.
package struct ConfiguredEntry: Hashable, Sendable {
  /// What clients may say instead of the path; nil for entries of the command line.
  package let alias: String?
  /// How its jobs are confined; `policy.account` is nil and `policy.groups` empty: `account` and
  /// `groups` still have to be looked up.
  package var policy: EntryPolicy
  /// `policy.arguments` with their patterns parsed.
  package let argumentRules: CompiledArgumentRules
  /// Name or number of the account that jobs run as; nil gives each job an id of its own.
  package let account: String?
  /// Names or numbers of the groups that jobs are in beside their own, and `@user`; looked up for
  /// `policy.groups`, as `account` is.
  package var groups: [String] = []
  /// Graphics hardware that jobs may use, looked for on the host for `policy.devices` and
  /// `policy.kernelFiles`; nil for none.
  package let gpu: GPUKind?
  /// Jobs at one time; nil for as many as the service runs.
  package let runningMax: Int?
  /// Whether a job that was cut off by a crash of the service may run again.
  package let isRestartable: Bool
  /// When its jobs may start.
  package let order: EntryOrder
  /// Bytes kept of each output stream of a job, 1 KiB to 1 TiB.
  package let outputPerStream: Int
  /// Whether of each line of output only the last state is kept.
  package let collapsesLines: Bool
  /// How the progress of its jobs is read; nil for not at all.
  package let progress: ProgressKind?
  /// Files that its jobs take and give back; nil for none.
  package let files: FileRules?
  /// Commands that requests may call in the place of its name.
  package let commands: [EntryCommand]
  /// Hooks that call them.
  package let hooks: [EntryHook]
  /// What becomes of results of its jobs, and what counts as success.
  package let results: EntryResults
  /// Name or number of the group of results, looked up for `policy.results`; nil leaves it.
  package let resultGroup: String?
  /// Whether its programs are made to write each line when it is complete.
  package let buffersByLine: Bool
  /// What `policy.limits` has where nothing was set: lowered to what the host allows.
  package let defaultLimits: ResourceLimits

  /// Name for the operator: the alias, else the path.
  package var name: String { alias ?? policy.path }

  /// `[a-z0-9][a-z0-9._-]{0,63}`: never a path, never an option, the same in every file system.
  package static func isAlias(_ name: String) -> Bool { AliasValue.isAlias(name) }
}
