internal import Glibc
internal import SandboxBase

/// The executables of the entry table, by index. Replaced and refused files are logged here.
struct ExecutableTable {
  private var executables: [Executable]

  init(_ executables: [Executable]) {
    self.executables = executables
  }

  var count: Int { executables.count }

  /// The entry's text: argument 0 of its jobs.
  func name(_ entry: Int) -> String { executables[entry].name }

  /// Checks an entry's file again, before a launch.
  mutating func pin(
    _ entry: Int, avoiding remote: RemoteMountTable
  ) throws(LaunchStepFailure) -> Executable.PinnedFile {
    do throws(TrustedPath.Refusal) {
      let pinned = try executables[entry].pin(avoiding: remote)
      if pinned.isReplaced {
        OperatorLog.info(
          "executable.replaced", "\(name(entry)) was replaced; the new file is used",
          ["path": name(entry)])
      }
      return pinned
    } catch {
      switch error {
      case .rule(let rule, let path, let detail):
        let found = detail.map { " (\($0))" } ?? ""
        OperatorLog.warning(
          "executable.refused",
          "\(name(entry)) is not launched: \(rule.explanation)\(found) (at \(path))",
          ["path": path])
        throw LaunchStepFailure(.executable, code: EACCES, index: rule.rawValue)
      case .kernel(let failure):
        throw LaunchStepFailure(.executable, failure)
      }
    }
  }
}
