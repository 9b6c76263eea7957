import RunnerAccess
import RunnerCore

/// Handlers of the dashboard: its files, and the changes of all jobs.
extension JobRoutes {
  /// Scripts and styles of this service alone, no markup made of text, no frame around it.
  static let dashboardPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    + "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    + "require-trusted-types-for 'script'; trusted-types http-runner"

  /// `GET /`: the dashboard, to clients that take HTML; to others only `POST` is here.
  func dashboard(_ request: Request) -> Response {
    guard LoginPage.isWanted(request.fields.accept) else {
      return Response.problem(.methodNotAllowed, "This path takes POST.").with("Allow", "POST")
    }
    return file(.page, request).with("Vary", "Accept")
  }

  /// `GET /ui/<name>`.
  func dashboardFile(_ name: String, _ request: Request) -> Response {
    guard let file = DashboardFile(rawValue: name), file != .page else {
      return .problem(.notFound, nil)
    }
    return self.file(file, request)
  }

  private func file(_ file: DashboardFile, _ request: Request) -> Response {
    guard let (bytes, tag) = DashboardFile.contents[file] else { return .problem(.notFound, nil) }
    let isKnown = tag.isAmong(request.fields.ifNoneMatch)
    var response = Response(isKnown ? .notModified : .ok, .bytes(isKnown ? [] : bytes))
      .of(file.contentType).with("ETag", tag.text)
      .with("Content-Security-Policy", Self.dashboardPolicy).with("X-Frame-Options", "DENY")
      .with("Referrer-Policy", "same-origin").with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin")
    response.caching = .revalidate
    return response
  }

  /// `GET /events`: the changes of all jobs that the caller may see.
  func changes(_ request: Request) -> Response {
    guard request.version != .http10 else {
      return Response.problem(
        .upgradeRequired,
        "Events are sent over HTTP/1.1 only. Behind nginx set proxy_http_version 1.1."
      ).with("Upgrade", "HTTP/1.1").with("Connection", "Upgrade")
    }
    return followRoutes.changes(request)
  }
}
