import RunnerAccess
import RunnerCore

/// The pages of `/login`: a form for a token, and who is logged in. They run no script, load
/// nothing, and cannot be shown inside of another page.
enum LoginPage {
  private static let policy =
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  /// The form that takes a token.
  ///
  /// - Parameter problem: why the one before was refused; nil where there was none.
  static func form(_ status: HTTPStatus, problem: String? = nil) -> Response {
    let note = problem.map { "<p role=\"alert\">\(escaped($0))</p>\n" } ?? ""
    return page(
      status,
      """
      <h1>Log in</h1>
      \(note)<form method="post">
      <p><label>Token <input type="password" name="token" required autofocus \
      autocomplete="current-password" size="60"></label></p>
      <p><button>Log in</button></p>
      </form>
      <p><code>http-runner token add NAME</code> makes a token.</p>
      """)
  }

  /// Who is logged in, with a form to log out.
  ///
  /// - Parameter root: reference from the page to the root of the service: empty, or `../`.
  static func status(of caller: Caller, root: String) -> Response {
    page(
      .ok,
      """
      <h1>Logged in</h1>
      <p>You are <b>\(escaped(caller.principal.name))</b>.</p>
      <form method="post" action="\(root)logout"><p><button>Log out</button></p></form>
      """)
  }

  /// Whether a client takes a page: `Accept` names text/html.
  static func isWanted(_ accept: String) -> Bool { accept.lowercased().contains("text/html") }

  private static func page(_ status: HTTPStatus, _ body: String) -> Response {
    let text = """
      <!DOCTYPE html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <meta name="color-scheme" content="light dark">
      <title>http-runner</title>
      \(body)
      </html>

      """
    // The policy of referrers keeps Origin in what the form sends: no-referrer would make it null.
    return Response(status, .bytes(Array(text.utf8))).of("text/html; charset=utf-8")
      .with("Content-Security-Policy", policy).with("X-Frame-Options", "DENY")
      .with("Referrer-Policy", "same-origin")
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
  }
}
