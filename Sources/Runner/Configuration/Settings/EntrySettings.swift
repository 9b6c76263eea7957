package import RunnerCore
package import RunnerProgress
package import SandboxBase

/// What a section `defaults`, or one of `entries`, comes to.
package struct EntrySettings: Hashable, Sendable {
  /// Its path is empty in `defaults`; its account is always nil here: who a name is must be asked
  /// of the host.
  package var policy = EntryPolicy(path: "")
  /// Name or number of the account that jobs run as; nil gives each job an id of its own.
  package var account: String?
  /// Names or numbers of the groups that jobs are in beside their own, and `@user`.
  package var groups: [String] = []
  /// Jobs of the entry at one time; nil for as many as the service runs.
  package var runningMax: Int?
  /// Whether a job that was cut off by a crash of the service may run again.
  package var isRestartable = false
  /// Runs after one without success.
  package var retries = 0
  /// Seconds before the first of them.
  package var retryDelaySeconds = 30
  /// Graphics hardware that jobs may use; nil for none.
  package var gpu: GPUKind?
  /// Seconds that jobs may do nothing before they are ended; nil for any time.
  package var stallAfterSeconds: Int?
  /// Pool whose slots its jobs take; nil for none.
  package var pool: String?
  /// Hours in which jobs may start; empty for all.
  package var windows: [WindowSchedule.Window] = []
  /// Name of the time zone of the windows; nil until given.
  package var timeZone: String?
  /// Whether jobs get the variables of `SizingVariables`.
  package var setsSizes = false
  /// Bytes kept of each output stream; nil for as many as the service keeps.
  package var outputPerStream: Int?
  /// Whether of each line of output only the last state is kept.
  package var collapsesLines = false
  /// How the progress of its jobs is read; nil for not at all.
  package var progress: ProgressKind?
  /// Bytes of all files together that a job takes; 0 for none.
  package var filesInBytesMax = 0
  /// Names of the files that a job gives back.
  package var filesOut: [FilePattern] = []
  /// Bytes of all files together that are kept of a job.
  package var filesKeptBytesMax = 1 << 30
  /// Whether jobs get the variables of `LineBuffering`.
  package var buffersByLine = false
  /// What becomes of results, and what counts as success; its check is in the two below.
  package var results = EntryResults()
  /// Name or number of the group of results; nil leaves it.
  package var resultGroup: String?
  /// Alias of the entry that judges results; nil for none.
  var checkEntry: String?
  /// Arguments of that.
  var checkArguments: [String] = []
  /// Commands that requests may call in the place of the entry's name.
  package var commands: [EntryCommand] = []
  /// Hooks that call them.
  package var hooks: [EntryHook] = []
  /// Whether what they make is allowed beside the rows of `arguments.allow`.
  package var takesRowsOfCommands = false
  /// The patterns of `policy.arguments`, parsed.
  private(set) var allowedPatterns: [[ArgumentPattern]] = []
  private(set) var deniedPatterns: [ArgumentPattern] = []
  /// Keys that were set, and not left at their defaults.
  var explicitKeys: Set<String> = []

  /// Settings of an entry that sets nothing.
  package init() {}

  /// Sets the sequences of arguments that requests may give.
  mutating func setAllowed(_ sequences: [[ArgumentPattern]]) {
    allowedPatterns = sequences
    policy.arguments.allow = sequences.map { $0.map(\.source) }
  }

  /// Adds the rows that admit what the commands make, where that is set. One of which no pattern
  /// can be made has none, and is refused with the arguments that it makes.
  mutating func addRowsOfCommands() {
    guard takesRowsOfCommands else { return }
    var rows = allowedPatterns
    for command in commands {
      do throws(ArgumentPattern.ParseError) {
        rows += try CommandRules.rows(of: command).filter { !rows.contains($0) }
      } catch {
        continue
      }
    }
    setAllowed(rows)
  }

  /// Sets the patterns that no argument of a request may match.
  mutating func setDenied(_ patterns: [ArgumentPattern]) {
    deniedPatterns = patterns
    policy.arguments.deny = patterns.map(\.source)
  }

  /// Files that jobs take and give back; nil for none.
  var files: FileRules? {
    guard filesInBytesMax > 0 || !filesOut.isEmpty else { return nil }
    return FileRules(
      inBytesMax: filesInBytesMax, patterns: filesOut, keptBytesMax: filesKeptBytesMax)
  }

  /// The argument rules with their parsed patterns.
  var argumentRules: CompiledArgumentRules {
    CompiledArgumentRules(
      allow: allowedPatterns, deny: deniedPatterns, countMax: policy.arguments.countMax)
  }
}
