/// Words that were meant for a while and stayed.
enum Leftovers {
  // In two parts each, so that this file is not its own finding.
  private static let machinePaths = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/."]
  private static let reminders: Set<String> = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]

  static func findings(in file: SourceFile) -> [Finding] {
    file.lines.enumerated().flatMap { index, line in
      machinePaths.filter { line.contains($0) }.map {
        Finding(
          path: file.path, line: index + 1,
          message: "`\($0)` is a place on somebody's machine: it means nothing elsewhere."
            + " Use a path from the root of the repository, or one that is made up.")
      }
        + words(of: line).filter { reminders.contains($0) }.map {
          Finding(
            path: file.path, line: index + 1,
            message: "`\($0)` left over: nobody reads reminders in code. Do it, or open an issue.")
        }
    }
  }

  private static func words(of line: String) -> [String] {
    line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
  }
}
