import RunnerAccess
import RunnerCore
import Testing

@testable import RunnerHTTP

/// Principals × routes × entries × own or all, whole: what each combination is answered.
///
/// The callers and the requests are made from the table of routes itself, and what is expected from
/// `rows` here, so that a route, or a scope, without a row fails.
@Suite(.timeLimit(.minutes(30)))
struct AccessMatrixTests {
  /// What a route answers to a caller that may use it, about an ended job that it sees.
  private struct Row {
    let scope: AccessScope
    let status: Int

    init(_ scope: AccessScope, _ status: Int) {
      self.scope = scope
      self.status = status
    }
  }

  private static let rows: [String: Row] = [
    "POST /": Row(.submit, 202),
    "GET /jobs": Row(.read, 200),
    "GET /commands": Row(.read, 200),
    // No entry has any; with one HookRoutesTests has the answers.
    "POST /hooks/{name}": Row(.submit, 404),
    "GET /{id}": Row(.read, 200),
    "DELETE /{id}": Row(.cancel, 204),
    "GET /{id}/stdout": Row(.read, 200),
    "GET /{id}/stderr": Row(.read, 200),
    "GET /{id}/events": Row(.read, 200),
    "POST /{id}/cancel": Row(.cancel, 202),
    // It does not wait.
    "POST /{id}/move": Row(.submit, 409),
    // It is not held.
    "POST /{id}/start": Row(.submit, 409),
    "PUT /{id}/files/{name}": Row(.submit, 409),
    "GET /{id}/files": Row(.read, 200),
    // It gave none back.
    "GET /{id}/files/{name}": Row(.read, 404),
    // It does not run.
    "GET /{id}/usage": Row(.read, 409),
    "POST /{id}/freeze": Row(.operate, 409),
    "POST /{id}/thaw": Row(.operate, 409),
    "GET /{id}/callbacks": Row(.read, 200),
    "POST /{id}/redeliver": Row(.operate, 202),
    "GET /queue": Row(.operate, 200),
    "GET /figures": Row(.read, 200),
    "POST /queue/pause": Row(.operate, 200),
    "POST /queue/resume": Row(.operate, 200),
    "POST /queue/drain": Row(.operate, 202),
    "GET /healthz": Row(.everyone, 200),
    "GET /readyz": Row(.everyone, 200),
    "GET /metrics": Row(.operate, 200),
    "GET /openapi.json": Row(.everyone, 200),
    "GET /events": Row(.read, 200),
    // Who takes no HTML has nothing to get there, and `{name}` is no file.
    "GET /": Row(.everyone, 405),
    "GET /ui/{name}": Row(.everyone, 404),
    // Browsers do not log in on these listeners; where they do, LoginTests has the answers.
    "GET /login": Row(.everyone, 404),
    "POST /login": Row(.everyone, 404),
    "POST /logout": Row(.everyone, 404),
  ]

  private static func name(_ route: Route) -> String {
    "\(route.method.name) \(route.pattern.text)"
  }

  /// The way in which a caller is known.
  private enum Way: CaseIterable {
    case token, certificate, process
    /// On a listener that asks for nothing.
    case address
    /// Not at all, where it is asked for.
    case nothing
  }

  /// A caller as it comes: what it may do, and by what it is known.
  private struct Visitor {
    let way: Way
    let grant: AccessGrant
    let rules: AccessRules
    let source: RequestSource
    let authorization: String?
    let principal: Principal

    init(_ way: Way, _ grant: AccessGrant) throws {
      let address = try #require(PeerAddress("192.0.2.7"))
      let token = AccessToken.random()
      let record = TokenRecord(
        name: "me", grant: grant, created: Timestamp(microseconds: 0),
        secrets: [TokenSecret(try #require(TokenDigest(of: token)))])
      self.way = way
      self.grant = way == .address ? .everything : grant
      authorization = way == .token ? "Bearer \(token.text)" : nil
      rules = AccessRules(
        tokens: TokenTable([record]),
        principals: PrincipalTable([
          ConnectedPrincipal(name: "me", key: .certificate("me.lan"), grant: grant),
          ConnectedPrincipal(name: "me", key: .uid(33), grant: grant),
        ]))
      let evidence: PeerEvidence =
        switch way {
        case .certificate: .certificate(names: ["me.lan"])
        case .process: .process(uid: 33, gids: [])
        case .token, .address, .nothing: .none
        }
      source = RequestSource(
        address: address, methods: way == .address ? [.none] : [.token, .certificate, .peer],
        isEncrypted: false, evidence: { evidence })
      principal =
        switch way {
        case .token: Principal(name: "token/me")
        case .certificate: Principal(name: "certificate/me")
        case .process: Principal(name: "peer/me")
        case .address, .nothing: address.principal
        }
    }

    /// What it is to be answered.
    func status(of row: Row, about subject: Subject) -> Int {
      if row.scope == .everyone { return row.status }
      if way == .nothing { return 401 }
      guard grant.scopes.contains(row.scope) else { return 403 }
      switch subject {
      case .none: return row.status
      case .program: return grant.entries.contains(TestServer.program) ? row.status : 400
      case .ownJob: return row.status
      case .otherJob: return grant.jobs == .all ? row.status : 404
      case .noJob: return 404
      }
    }
  }

  /// What a request is about.
  private enum Subject: CaseIterable {
    case none, program, ownJob, otherJob, noJob
  }

  private static let grants: [AccessGrant] = {
    let scopes = [[], Set(AccessScope.grantable)] + AccessScope.grantable.map { [$0] }
    return scopes.flatMap { scopes in
      [AccessGrant.Entries.all, .named([TestServer.program]), .named(["/bin/other"])].flatMap {
        entries in
        AccessGrant.Visibility.allCases.map {
          AccessGrant(scopes: scopes, entries: entries, jobs: $0)
        }
      }
    }
  }()

  @Test func `each route has a row with its scope, and each scope has routes`() {
    let routes = RouteTable.service.routes
    #expect(Set(routes.map(Self.name)) == Set(Self.rows.keys))
    for route in routes { #expect(Self.rows[Self.name(route)]?.scope == route.scope) }
    #expect(Set(Self.rows.values.map(\.scope)) == Set(AccessScope.allCases))
  }

  // Proves P-325.
  @Test(arguments: Way.allCases)
  private func `each caller is answered what its grant says, on each route`(way: Way) async throws {
    var cells = 0
    for grant in way == .nothing ? [Self.grants[0]] : Self.grants {
      let visitor = try Visitor(way, grant)
      let house = House(visitor.rules)
      // The drain comes last: what follows it is refused.
      let routes = RouteTable.service.routes
      for route in routes.filter({ !$0.pattern.text.hasSuffix("drain") })
        + routes.filter({ $0.pattern.text.hasSuffix("drain") })
      {
        let row = try #require(Self.rows[Self.name(route)])
        for method in route.methods {
          for subject in Self.subjects(of: route) {
            cells += 1
            let (status, text) = try await house.ask(method, route, subject, as: visitor)
            let wanted = visitor.status(of: row, about: subject)
            #expect(status == wanted, "\(way) \(grant): \(Self.name(route)) \(subject)")
            if wanted == 404 {
              // What it may not see is answered as what is not there, letter for letter.
              let (_, nothing) = try await house.ask(method, route, .noJob, as: visitor)
              #expect(text == nothing)
            }
          }
        }
      }
      await house.engine.shutDown()
    }
    #expect(cells > 20)
  }

  @Test func `a page has the jobs that exist for its caller`() async throws {
    for visibility in AccessGrant.Visibility.allCases {
      for way in [Way.token, .certificate, .process] {
        let visitor = try Visitor(
          way, AccessGrant(scopes: [.read], entries: .all, jobs: visibility))
        let house = House(visitor.rules)
        let route = try #require(
          RouteTable.service.routes.first { Self.name($0) == "GET /jobs" })
        let own = try await house.endedJob(of: visitor.principal)
        let other = try await house.endedJob(of: Principal(name: "token/other"))
        let (_, text) = try await house.ask(.get, route, .none, as: visitor)
        #expect(text.contains("\(own)"))
        #expect(text.contains("\(other)") == (visibility == .all))
        await house.engine.shutDown()
      }
    }
  }

  private static func subjects(of route: Route) -> [Subject] {
    switch route.pattern {
    case .job, .file: return [.ownJob, .otherJob, .noJob]
    case .fixed, .dashboard, .hook: break
    }
    return name(route) == "POST /" ? [.program] : [.none]
  }

  /// A service without sockets: requests go to its gate and its handlers.
  private struct House {
    let engine: JobEngine
    let store: MemoryStore
    let service: HTTPService

    init(_ rules: AccessRules) {
      let budget = OutputBudget(bytesMax: 1 << 20)
      store = MemoryStore(endedMax: 10_000, budget: budget)
      engine = TestServer.engine(FakeLauncher(), EngineLimits(), nil, store)
      service = HTTPService(
        settings: HTTPSettings(), engine: engine,
        authenticator: Authenticator(rules, clock: StillClock()), log: SilentLog(),
        metrics: NoMetrics(), monitor: FakeMonitor(), audit: NoAuditLog(), onDrain: {},
        table: .service)
    }

    /// A job that ended, with a callback, as an earlier process left it.
    func endedJob(of client: Principal) async throws -> JobID {
      var job = Job(
        request: try JobRequest(
          command: TestServer.program, arguments: [], callback: "http://host/"),
        client: client, createdAt: StillClock().now())
      try job.apply(.started(epoch: 1), at: StillClock().now())
      _ = try await store.add(job, key: nil)
      try job.apply(.ended(.exited(code: 0)), at: StillClock().now())
      _ = try await store.end(job)
      return job.id
    }

    private func path(
      of route: Route, _ subject: Subject, for visitor: Visitor
    ) async throws -> String {
      let id: JobID? =
        switch subject {
        case .none, .program: nil
        case .ownJob: try await endedJob(of: visitor.principal)
        case .otherJob: try await endedJob(of: Principal(name: "token/other"))
        case .noJob: .random()
        }
      return route.pattern.text.replacing("{id}", with: id.map { "\($0)" } ?? "")
    }

    /// - Returns: status and body of the answer.
    func ask(
      _ method: RequestHead.Method, _ route: Route, _ subject: Subject, as visitor: Visitor
    ) async throws -> (status: Int, text: String) {
      var fields = HeaderFields()
      let lines =
        [("Host", "localhost")] + (visitor.authorization.map { [("Authorization", $0)] } ?? [])
      for (name, value) in lines {
        let (name, value) = (Array(name.utf8), Array(value.utf8))
        fields.add(name: name.span, value: value.span)
      }
      let path = Array(try await path(of: route, subject, for: visitor).utf8)
      let target = try RequestTarget(path.span, bytesMax: 4096)
      let head = RequestHead(method: method, version: .http11, fields: fields, isSound: true)
      let body = Array("{\"command\": \"\(TestServer.program)\"}".utf8)
      let answer: Response
      do throws(Refusal) {
        let (match, caller) = try service.admit(head, to: .success(target), from: visitor.source)
        let request = Request(
          method: method, version: .http11, endsInSlash: false, fields: fields,
          query: try query(match, target), caller: caller, body: .whole(body),
          address: visitor.source.address, source: visitor.source, id: .next())
        answer = await service.answer(request, by: match)
      } catch {
        answer = error.answer
      }
      guard case .bytes(let bytes) = answer.body else { return (Int(answer.status.rawValue), "") }
      return (Int(answer.status.rawValue), String(decoding: bytes, as: UTF8.self))
    }

    private func query(
      _ match: RouteMatch, _ target: RequestTarget
    ) throws(Refusal) -> Query {
      do throws(Query.ParseError) {
        return try match.route.query.parse(target.query)
      } catch {
        throw Refusal(.problem(.badRequest, error.error))
      }
    }
  }
}
