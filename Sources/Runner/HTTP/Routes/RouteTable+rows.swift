import RunnerCore

extension RouteTable {
  /// The routes that are served. docs/openapi.json has the same rows; a test compares them.
  static let service = RouteTable([
    .at(
      .post, "", .submit, "Submits a job.", query: .lenient(["wait", "fail", "hold"]),
      body: .collectedUnlessForm
    ) { routes, request throws(Query.ParseError) in try await routes.submit(request) },
    .at(
      .get, "jobs", .read, "A page of jobs, newest first, without their output.",
      query: .strict(JobPage.known)
    ) { routes, request throws(Query.ParseError) in try await routes.list(request) },
    .at(
      .get, "commands", .read, "The commands that a submission may name, and their fields."
    ) { routes, request in routes.listCommands(request) },
    .ofHook(
      .post, .submit, "Calls a command with the document of another sender."
    ) { routes, name, request in await routes.callHook(name, request) },
    .ofJob(
      .get, "", .read, "The job.", query: .lenient(["wait", "fail", "output"]), isPolled: true
    ) { routes, id, request throws(Query.ParseError) in try await routes.read(id, request) },
    .ofJob(
      .delete, "", .cancel, "Forgets an ended job and its output."
    ) { routes, id, _ in await routes.delete(id) },
    .ofJob(
      .get, "stdout", .read, "What the job wrote to stdout, byte for byte.",
      query: .strict(["follow", "collapse", "since"])
    ) { routes, id, request throws(Query.ParseError) in
      try await routes.output(id, .stdout, request)
    },
    .ofJob(
      .get, "stderr", .read, "What the job wrote to stderr, byte for byte.",
      query: .strict(["follow", "collapse", "since"])
    ) { routes, id, request throws(Query.ParseError) in
      try await routes.output(id, .stderr, request)
    },
    .ofJob(
      .get, "events", .read, "All that happens to the job, as server-sent events, until its end.",
      query: .strict(["output"])
    ) { routes, id, request throws(Query.ParseError) in try await routes.events(id, request) },
    .ofJob(
      .post, "cancel", .cancel,
      "Ends the job: one that waits never starts, one that runs gets TERM, its grace, and KILL."
    ) { routes, id, request in await routes.cancel(id, request) },
    .ofJob(
      .post, "start", .submit, "Starts a job that is held for its files."
    ) { routes, id, request in await routes.start(id, request) },
    .ofJob(
      .post, "move", .submit, "Moves a waiting job among those of its client.",
      query: .strict(["to"])
    ) { routes, id, request throws(Query.ParseError) in try await routes.move(id, request) },
    .ofJob(
      .get, "files", .read, "The files that were sent for a held job, or are kept of an ended one."
    ) { routes, id, _ in await routes.listFiles(id) },
    .ofFile(
      .get, .read, "A file that is kept of an ended job."
    ) { routes, id, name, request in await routes.readFile(id, name, request) },
    .ofFile(
      .put, .submit, "Sends a file for a held job, or a piece of one.", body: .streamed
    ) { routes, id, name, request in await routes.putFile(id, name, request) },
    .ofJob(
      .get, "usage", .read, "What a running job uses: processor time up to now, and memory now."
    ) { routes, id, _ in await routes.usage(id) },
    .ofJob(
      .post, "freeze", .operate, "Stops a running job where it stands. Its time goes on."
    ) { routes, id, _ in await routes.freeze(id) },
    .ofJob(
      .post, "thaw", .operate, "Lets a frozen job go on."
    ) { routes, id, _ in await routes.thaw(id) },
    .ofJob(
      .get, "callbacks", .read, "What became of the job's callback."
    ) { routes, id, _ in await routes.callbacks(id) },
    .ofJob(
      .post, "redeliver", .operate, "Makes the callback of an ended job owed again."
    ) { routes, id, request in await routes.redeliver(id, request) },
    .at(
      .get, "queue", .operate, "The queue as a whole."
    ) { routes, _ in await routes.queue() },
    .at(
      .get, "figures", .read, "How jobs of the last day ended, and room on the disks."
    ) { routes, request in await routes.figures(request) },
    .at(
      .post, "queue/pause", .operate,
      "Lets no job start, over restarts too; those that run go on."
    ) { routes, _ in await routes.pause() },
    .at(
      .post, "queue/resume", .operate, "Lets jobs start again."
    ) { routes, _ in await routes.resume() },
    .at(
      .post, "queue/drain", .operate,
      "Takes and starts no more jobs, lets those that run end, and ends the service."
    ) { routes, _ in await routes.drain() },
    .at(
      .get, "", .everyone, "The dashboard, to clients that take HTML.", query: .lenient([])
    ) { routes, request in routes.dashboard(request) },
    .ofDashboard(
      "A file of the dashboard."
    ) { routes, name, request in routes.dashboardFile(name, request) },
    .at(
      .get, "events", .read, "The changes of all jobs, as server-sent events.",
      query: .strict(["after"])
    ) { routes, request in routes.changes(request) },
    .at(
      .get, "login", .everyone, "A page with a form for a token, or who is logged in."
    ) { routes, request in routes.login.page(request) },
    .at(
      .post, "login", .everyone, "Begins a session of a browser with a token, and sets its cookie.",
      body: .collected, bodyBytesMax: \.loginBytesMax
    ) { routes, request in routes.login.logIn(request) },
    .at(
      .post, "logout", .everyone, "Ends the session of the cookie."
    ) { routes, request in routes.login.logOut(request) },
    .at(
      .get, "healthz", .everyone, "Whether the process answers."
    ) { routes, _ in routes.health() },
    .at(
      .get, "readyz", .everyone, "Whether new jobs are taken and can run, and what is wrong."
    ) { routes, request in await routes.readiness(request) },
    .at(
      .get, "metrics", .operate, "Measurements, for Prometheus."
    ) { routes, _ in await routes.metrics() },
    .at(
      .get, "openapi.json", .everyone, "This document."
    ) { routes, _ in routes.openAPI() },
  ])
}
