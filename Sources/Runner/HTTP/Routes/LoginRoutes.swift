import RunnerAccess
import RunnerCore
import TextFormats

/// Handlers of `/login` and `/logout`: sessions of browsers, which the HTML form and programs begin
/// alike. Where the listener takes no cookies there are no such paths.
struct LoginRoutes: Sendable {
  let authenticator: Authenticator
  let log: any Logger

  init(_ authenticator: Authenticator, log: any Logger) {
    self.authenticator = authenticator
    self.log = log
  }

  /// `GET /login`: the form, or who is logged in.
  func page(_ request: Request) -> Response {
    guard request.source.takesSessions else { return .problem(.notFound, nil) }
    guard request.caller.evidence == .session else { return LoginPage.form(.ok) }
    return LoginPage.status(of: request.caller, root: Self.root(request))
  }

  /// `POST /login`: begins a session with a token, and hands its cookie to the browser.
  func logIn(_ request: Request) -> Response {
    guard request.source.takesSessions else { return .problem(.notFound, nil) }
    let form: LoginForm
    do throws(LoginForm.ParseError) {
      form = try LoginForm(request.body.bytes)
    } catch {
      return refusal(.badRequest, error.error, request, field: error.field)
    }
    do throws(AccessRefusal) {
      let session = try authenticator.logIn(
        with: Credential(token: form.token), from: request.address.principal)
      log.log(
        .info, "access.login", "\(session.caller.principal) logged in from \(request.address.text)",
        [
          "principal": .text(session.caller.principal.name),
          "address": .text(request.address.text),
        ])
      return response(to: request, beginning: session)
    } catch {
      log.log(
        .warning, "access.denied",
        "a login from \(request.address.text) was refused: \(error.reason.rawValue)",
        ["address": .text(request.address.text), "reason": .text(error.reason.rawValue)])
      // No challenge for Basic: browsers would ask for a password in a window of their own.
      return refusal(.unauthorized, error.text, request)
        .with("WWW-Authenticate", "Bearer realm=\"\(AccessGate.realm)\", error=\"invalid_token\"")
        .because(error.reason.rawValue).refusingCredential(heldBack: error.delay)
    }
  }

  /// `POST /logout`: ends the session of the request's cookie; also where there is none.
  func logOut(_ request: Request) -> Response {
    guard request.source.takesSessions else { return .problem(.notFound, nil) }
    if request.caller.evidence == .session, let secret = request.sessionSecret {
      authenticator.logOut(secret)
      log.log(
        .info, "access.logout", "\(request.caller.principal) logged out",
        ["principal": .text(request.caller.principal.name)])
    }
    let response =
      LoginPage.isWanted(request.fields.accept)
      ? Self.redirection(to: Self.root(request) + "login")
      : Response(.noContent, .bytes([]))
    return response.with("Set-Cookie", SessionCookie.field(clearing: request.isBrowserEncrypted))
  }

  private func response(to request: Request, beginning session: BegunSession) -> Response {
    let left = session.end.microseconds - authenticator.clock.now().microseconds
    let cookie = SessionCookie.field(
      setting: session.secret, for: Int(max(1, left / 1_000_000)),
      isSecure: request.isBrowserEncrypted)
    let response: Response
    if LoginPage.isWanted(request.fields.accept) {
      response = Self.redirection(to: Self.root(request) + "login")
    } else {
      var writer = JSONWriter()
      writer.beginObject()
      writer.key("principal")
      writer.string(session.caller.principal.name)
      writer.key("end")
      writer.string(session.end.description)
      writer.endObject()
      response = Response(.ok, .bytes(writer.bytes))
    }
    return response.with("Set-Cookie", cookie).on(behalfOf: session.caller)
  }

  private func refusal(
    _ status: HTTPStatus, _ error: String, _ request: Request, field: String? = nil
  ) -> Response {
    LoginPage.isWanted(request.fields.accept)
      ? LoginPage.form(status, problem: error) : .problem(status, error, field: field)
  }

  private static func redirection(to reference: String) -> Response {
    Response(.seeOther, .bytes([])).with("Location", reference)
  }

  private static func root(_ request: Request) -> String { request.endsInSlash ? "../" : "" }
}
