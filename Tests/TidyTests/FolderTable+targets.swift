/// The rows: each target that has folders, and each of its folders, lowest first.
extension FolderTable {
  static let targets = [
    Target(
      path: "Sources/Runner/Progress",
      folders: [
        Folder("Lines", "Updates of a program cut out of its bytes, and numbers read from them."),
        Folder("Formats", "How each kind of program prints its progress."),
        Folder("FFmpeg", "What ffmpeg prints, and how long its output will be."),
        Folder(
          "Tracking", "The progress of one run: kinds of programs, fraction, pace, its members."),
      ]),
    Target(
      path: "Sources/Runner/Core",
      folders: [
        Folder(
          "Output",
          "Captured output of jobs: chunks, memory budget with eviction, spill to "
            + "files, reading at an offset."),
        Folder("Files", "Files that go with jobs: names, patterns, rules, digests, refusals."),
        Folder("Quotas", "What one principal may use of the service."),
        Folder(
          "Commands",
          "Named commands of entries: typed fields, templates of arguments, the table and its "
            + "document."),
        Folder("Progress", "Progress of jobs, read beside the capture of their output."),
        Folder(
          "Values",
          "Plain values: ids, timestamps, requests, outcomes, refusals, failures, "
            + "entries, limits, principals with grants and quotas, the priority heap."),
        Folder(
          "Fleet",
          "Several nodes at one database: leases, eras and take-over, as values without clock "
            + "and I/O."),
        Folder("Jobs", "The job record, its state machine, snapshots and queries."),
        Folder(
          "Outbox",
          "Values of the transactional outbox: pending deliveries, attempts, circuit "
            + "breaker, limits, and its port."),
        Folder(
          "Ports",
          "Ports to launcher, whitelist, results, output storage, log and clock, with what they "
            + "exchange."),
        Folder("Documents", "The JSON document of a job and its reader in pieces."),
        Folder("Store", "The store port (jobs, leases, epochs, outbox) and the store in memory."),
        Folder(
          "Results",
          "Results of jobs: their temporary names, and what tells success from failure."),
        Folder("Queue", "Fair queue of waiting jobs, reservations, running slots, departure rate."),
        Folder(
          "Callbacks",
          "Delivery of callbacks: dispatcher, backoff, and the ports to the transport "
            + "and of the engine."),
        Folder(
          "Engine",
          "The job engine: submission, launch, deadlines, recovery, lease renewal, "
            + "retention, reload, subscriptions."),
      ]),
    Target(
      path: "Sources/Runner/Access",
      folders: [
        Folder("Certificates", "X.509 certificates: made by a private authority, and read."),
        Folder(
          "Tokens", "Tokens, their digests, the token file and the table of those that count."),
        Folder(
          "Sessions", "Sessions of browsers: their secrets, and the table of those that live."),
        Folder("Credentials", "What a request carries to say who makes it."),
        Folder("Throttling", "How long answers to wrong credentials are held back."),
        Folder("TLS", "Credentials and sessions of TLS, and what a connection says of its client."),
        Folder("Callers", "Who makes a request, by what it carries or its connection shows."),
      ]),
    Target(
      path: "Sources/Runner/Store",
      folders: [
        Folder("SQLite", "SQLite: connection, rows, values, failures."),
        Folder("Files", "The state directory: lock, marker file, files of long output."),
        Folder("Rows", "Jobs, ends, outbox and retention index as rows, and page queries."),
        Folder("Schema", "Tables and migrations; a released step is never changed."),
        Folder("Recovery", "Corruption, the salvage of readable rows, backups and their check."),
        Folder("Adapter", "The store port over SQLite: one writer with group commit, one reader."),
        Folder(
          "PostgreSQL",
          "The store port over PostgreSQL: schema, sessions, writer with group commit, readers, "
            + "output in chunks."),
      ]),
    Target(
      path: "Sources/Runner/Client",
      folders: [
        Folder("Exits", "Exit codes, and failures that become one."),
        Folder(
          "Settings",
          "How the service is reached: options, environment, configuration, token, and the map of "
            + "paths."),
        Folder("Transfers", "Requests and answers over libcurl, all on one thread."),
        Folder("Documents", "Server-sent events and the end of a job, read."),
        Folder("Terminal", "Standard streams, the status line, control characters, signals."),
        Folder("CommandLine", "The table of commands and options; help, manual, completions."),
        Folder(
          "Following",
          "A job's life and its streams over broken connections, and the session that relays it."),
        Folder("Files", "Files that are sent for a job, and got of it."),
        Folder("Commands", "What each command does, and the program under another name."),
      ]),
    Target(
      path: "Sources/Runner/HTTP",
      folders: [
        Folder(
          "Following",
          "Streamed responses and long polls: followers, their sources, the SSE event "
            + "stream, suspension and stall detection."),
        Folder(
          "Messages",
          "HTTP messages and their checks: head, header fields, target, query, JSON body, "
            + "response, and the bounds that they are held to."),
        Folder(
          "Routes",
          "The route table, the validator that finds a request's route in it, and the "
            + "handlers: what each route does with the engine, and the documents that it "
            + "answers with."),
        Folder(
          "Server",
          "Connections and threads: libmicrohttpd (Daemon.swift is its only owner), "
            + "exchanges, deadlines, lingering close."),
      ]),
    Target(
      path: "Sources/Runner/Configuration",
      folders: [
        Folder(
          "Values",
          "Parsing and checking of single values: addresses, durations, sizes, paths, "
            + "names, secrets, and the formats of text."),
        Folder("JSON5", "JSON5 parser with source positions, and the JSON printer."),
        Folder(
          "Settings",
          "The table of all settings, their types, defaults and readers, and what is "
            + "derived from it: reference and JSON Schema."),
        Folder(
          "Rules",
          "Checks across settings of one entry or the service, and the exposure score."),
        Folder(
          "Reading",
          "The reader that makes a checked Configuration of file and command line."),
      ]),
    Target(
      path: "Sources/Runner/Command",
      folders: [
        Folder(
          "CommandLine",
          "Options, their table and parser, subcommand names, exit codes and start "
            + "failures."),
        Folder("Graphics", "Graphics hardware of the host, and what jobs are shown of it."),
        Folder(
          "Startup",
          "What needs the host at start: configuration file, accounts, privilege mode, "
            + "policies, listening sockets, sealed launcher, and the operator's log."),
        Folder(
          "Adapters",
          "Adapters of the ports of RunnerCore to launcher, stores, callbacks, clock "
            + "and policies."),
        Folder("Audit", "The audit log: its folder, file and lines."),
        Folder(
          "Access",
          "Tokens and TLS: the files, their editor and readers, the subcommand token."),
        Folder("Certificates", "The subcommand certificate: its folder, options and files."),
        Folder("Doctor", "The subcommand doctor: report, advice, text and JSON."),
        Folder("Tools", "The subcommands check, exec, explain and schema."),
        Folder(
          "Trace",
          "The subcommand trace: strace parser, observation, draft of a policy, trial."),
        Folder(
          "Composition",
          "The composition root: main program, dispatch of subcommands, start and end "
            + "of the service, reload."),
      ]),
    Target(
      path: "Sources/Sandbox/Base",
      folders: [
        Folder(
          "System",
          "Files, epoll, capabilities, privilege drop, failures and other kernel objects as "
            + "Swift values."),
        Folder(
          "Policy",
          "What an entry allows: limits, paths, network, environment, layers, and what a "
            + "request may tighten, as plain values."),
        Folder(
          "Arguments",
          "Arguments of a launch: the list, its bounds, and the patterns that it is held "
            + "against."),
        Folder(
          "BPF",
          "Instructions of seccomp filters, and the interpreter that says what a filter "
            + "answers to a call."),
        Folder("Host", "Probes of the running kernel and host by trying."),
        Folder(
          "Enforcement",
          "Which layers of a policy are in force on a host, and why not; pure."),
        Folder("Files", "Trusted path resolution, executables, and removal of trees."),
        Folder(
          "Wire",
          "Messages between service and launcher with their encoding, steps and faults, the "
            + "channel, and the start of a program at its other end."),
      ]),
    Target(
      path: "Sources/Sandbox/Filter",
      folders: [
        Folder(
          "Catalogue",
          "System calls of the profiles and groups, one rule a call with its reason, and "
            + "their numbers by libseccomp."),
        Folder("Compiler", "Compiles rules to a BPF program."),
        Folder("Listing", "Lists and disassembles filters for people."),
      ]),
    Target(
      path: "Sources/Sandbox/Launcher",
      folders: [
        Folder("Instance", "The folder of one launcher, with the working folders of its jobs."),
        Folder("Processes", "Processes of a job and samples of their use, read from /proc."),
        Folder(
          "Cgroups",
          "Cgroup v2 of the launcher and its jobs: delegation, limits, usage, freeze, "
            + "kill and reuse."),
        Folder(
          "Launch",
          "Starts a job from its launch plan, and answers for the seccomp listener."),
        Folder(
          "Factory",
          "Sandbox factory (zygote): specs, root templates, prebuilt sandboxes, the "
            + "warm pool, and the factory process."),
        Folder(
          "Janitor",
          "Cleanup supervisor: the process that outlives the launcher, and the removal "
            + "of stale instances."),
        Folder(
          "Results",
          "What gives results their names, or removes them: a process with the ids of a job."),
        Folder(
          "Launcher",
          "The privileged process: setup up to the seal, then the event loop that "
            + "admits, launches, reaps and reloads."),
      ]),
    Target(
      path: "Sources/Sandbox/Client",
      folders: [
        Folder(
          "Confinement",
          "The service's confinement of itself: seccomp filter, Landlock domain, and the paths "
            + "that it keeps."),
        Folder(
          "Programs",
          "What the command line needs of the host beside a launcher: tools, signals, memory "
            + "files, and a look at the files that policy names."),
        Folder(
          "Connection",
          "The service's side of the launcher: connection, launches, output pipes and "
            + "reloads."),
      ]),
  ]
}
