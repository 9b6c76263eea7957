/// What the client does: the first word of the command line.
package enum ClientCommand: String, CaseIterable, Hashable, Sendable {
  case run, submit, follow, logs, wait, fetch, list, show, cancel, move, pause, resume, drain, queue
  case top, commands, completions

  /// One phrase for the help text of the program.
  package var summary: String {
    switch self {
    case .run: "Run a program on the service as if it ran here"
    case .submit: "Submit a job, and print its id"
    case .follow: "Relay a job's output until its end"
    case .logs: "Print what a job wrote"
    case .wait: "Wait for jobs to end"
    case .fetch: "Get the files that are kept of a job"
    case .list: "List jobs, newest first"
    case .show: "Show a job"
    case .cancel: "End jobs"
    case .move: "Move waiting jobs in the queue"
    case .pause: "Let no job start; with ids, freeze those jobs"
    case .resume: "Let jobs start again; with ids, let those go on"
    case .drain: "Take no more jobs, and end the service after the last one"
    case .queue: "Show the queue"
    case .top: "Show queue and jobs, over and over"
    case .commands: "List the named commands of the service, or the fields of one"
    case .completions: "Print completions for a shell, or a page of the manual"
    }
  }

  /// What stands behind the options.
  package var operands: String {
    switch self {
    case .run, .submit: "ENTRY [-- ARGUMENT...]"
    case .commands: "[COMMAND]"
    case .follow, .logs, .show: "ID"
    case .wait, .cancel, .move: "ID..."
    case .fetch: "ID [NAME...]"
    case .pause, .resume: "[ID...]"
    case .completions: "bash|zsh|fish|commands|man [COMMAND]"
    case .list, .drain, .queue, .top: ""
    }
  }

  /// How many operands there may be; those behind `--` apart.
  var operandCounts: ClosedRange<Int> {
    switch self {
    case .run, .submit, .follow, .logs, .show: 1...1
    case .wait, .cancel, .fetch, .move: 1...Self.operandsMax
    case .pause, .resume: 0...Self.operandsMax
    case .commands: 0...1
    case .completions: 1...2
    case .list, .drain, .queue, .top: 0...0
    }
  }

  private static let operandsMax = 10_000

  /// How many operands are ids of jobs, from the first one on.
  var idCount: Int {
    switch self {
    case .follow, .logs, .wait, .show, .cancel, .move, .pause, .resume: Self.operandsMax
    case .fetch: 1
    default: 0
    }
  }

  /// Whether arguments for a program follow behind `--`.
  var takesArguments: Bool { self == .run || self == .submit }

  /// Whether it ends with the code of a job.
  package var isForJob: Bool { self == .run || self == .follow || self == .wait }

  /// Its options, in the order of the help text.
  package var options: [ClientOption] {
    switch self {
    case .run:
      ClientOption.submission + [
        ClientOption(
          "out", "NAME[:FILE]", "Get this file that it made, when it has succeeded; again for more",
          isRepeatable: true),
        .force, .patience, .raw,
        ClientOption("detach-on-interrupt", nil, "Ctrl-C leaves the job running"),
        ClientOption("detach", nil, "Print the id and leave the job, as submit does"),
        ClientOption("quiet", nil, "No status line on a terminal"),
      ] + ClientOption.connection
    case .submit: ClientOption.submission + [.patience, .json] + ClientOption.connection
    case .fetch:
      [
        ClientOption("output", "FOLDER", "Where they are written (the working directory)"),
        .force, .patience, ClientOption("quiet", nil, "No status line on a terminal"), .json,
      ] + ClientOption.connection
    case .follow:
      [.patience, .raw, ClientOption("quiet", nil, "No status line on a terminal")]
        + ClientOption.connection
    case .logs:
      [
        ClientOption("stderr", nil, "What it wrote to standard error"),
        ClientOption("tail", "COUNT", "The last lines only"),
        ClientOption(
          "since", "TIME", "What came since then: 30s, 10m, 2h ago, or a time as RFC 3339 has it"),
        .raw,
      ] + ClientOption.connection
    case .wait:
      [
        ClientOption("any", nil, "Until the first of them has ended"),
        ClientOption("timeout", "TIME", "How long at most; then the code is 124"),
        .patience, .json,
      ] + ClientOption.connection
    case .list:
      [
        ClientOption("label", "NAME=VALUE", "Of this label only"),
        ClientOption("status", "STATUS", "queued, running or finished"),
        ClientOption("command", "ENTRY", "Of this entry only"),
        ClientOption("limit", "COUNT", "So many at most (50)"),
        ClientOption("watch", nil, "Over and over, each two seconds"), .json,
      ] + ClientOption.connection
    case .move:
      [ClientOption("to", "PLACE", "first, up, down or last (first)"), .json]
        + ClientOption.connection
    case .show, .cancel, .pause, .resume, .drain, .queue, .commands:
      [.json] + ClientOption.connection
    case .top: ClientOption.connection
    case .completions: []
    }
  }

  /// Sentences for help and manual.
  package var paragraphs: [String] {
    switch self {
    case .run: ManualText.run
    case .submit:
      [
        "Submits a job of ENTRY with the arguments behind `--`, and prints its id. It is submitted "
          + "under an Idempotency-Key: an answer that is lost starts no second job.",
        ManualText.fields,
      ]
    case .follow:
      [
        "Relays the job's output from its start, as `run` does, and ends with its code. Ctrl-C "
          + "leaves the job running."
      ]
    case .logs: ["Prints the bytes that are kept of the job's standard output up to now."]
    case .wait:
      [
        "Prints nothing, and ends with the highest code of the jobs; with --any with that of the "
          + "first."
      ]
    case .fetch:
      [
        "Gets the files that the service keeps of the job, or those of these names. Each is "
          + "written under another name, held against its length and SHA-256, and given its own in "
          + "one step; a connection that breaks is gone on with where it broke. What stands there "
          + "already is not replaced without --force."
      ]
    case .list: ["Lists the jobs that the client may see. A name and value of --label are exact."]
    case .show: ["Prints the job's document, its output apart; with --json all of it."]
    case .cancel:
      ["A job that waits never starts; one that runs gets its stop signal, its grace, and KILL."]
    case .move:
      [
        "Moves jobs that wait for a slot before or behind those of the same client; several keep "
          + "the order in which they are given. What the jobs of others get is not touched."
      ]
    case .pause: ["Without an id no job starts until `resume`, over restarts of the service too."]
    case .resume: ["Undoes `pause`."]
    case .drain: ["What runs goes on to its end; what waits is there again at the next start."]
    case .queue: ["How much waits and runs, and how fast the queue empties."]
    case .top: ["On a terminal anew each two seconds until Ctrl-C; else once."]
    case .commands:
      [
        "A command of the service has typed fields in the place of arguments; `run` and `submit` "
          + "take them as options behind its name."
      ]
    case .completions:
      [
        "For bash: eval \"$(http-runner completions bash)\" in ~/.bashrc. The package installs "
          + "completions and manual."
      ]
    }
  }
}
