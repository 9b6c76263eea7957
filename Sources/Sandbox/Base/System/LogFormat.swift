internal import Glibc
internal import SystemBase

/// How the programs that a service starts write their lines: as the service writes its own. It is
/// handed on in their environment.
package struct LogFormat: Sendable {
  /// Variable of the environment that has the form.
  static let variable = "HTTP_RUNNER_LOG"

  /// Words with commas between: `json`, `journal`, and the least level that is written.
  package let text: String

  /// A form of these words; text of every level for an empty one.
  package init(_ text: String) { self.text = text }

  /// That of this process.
  // SAFETY: getenv(3) returns a C string of the environment, which is copied.
  package static let ofProcess = LogFormat(
    unsafe getenv(variable).map { unsafe String(cString: $0) } ?? "")

  /// Whether a line is an object of JSON.
  package var isJSON: Bool { has("json") }

  /// Whether a line begins with its priority, as the journal takes it (sd-daemon(3)).
  package var hasPriority: Bool { has("journal") }

  /// Whether lines of a level are written.
  package func writes(_ level: String) -> Bool {
    switch level {
    case "info": !has("warning") && !has("error")
    case "warning": !has("error")
    default: true
    }
  }

  private func has(_ word: String) -> Bool {
    text.fields(separatedBy: ",").contains { $0 == word }
  }
}
