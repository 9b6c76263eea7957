/// What `--in` and `--out` name: a file here, and a file of the job.
struct FileArgument: Hashable {
  /// The file here.
  let path: String
  /// Its name in the working folder of the job.
  let name: String

  /// `FILE[:NAME]`: what stands behind the last colon is a name, unless it has a slash. Without it
  /// the name is that of the file.
  ///
  /// - Returns: nil where the job can have no file of that name.
  static func input(_ text: String) -> FileArgument? {
    var (path, name) = (text, text.split(separator: "/").last.map(String.init) ?? "")
    if let colon = text.lastIndex(of: ":") {
      let last = text[text.index(after: colon)...]
      if !last.contains("/") { (path, name) = (String(text[..<colon]), String(last)) }
    }
    return path.isEmpty || !isName(name) ? nil : FileArgument(path: path, name: name)
  }

  /// `NAME[:FILE]`: without a file it is one of that name in the working directory.
  ///
  /// - Returns: nil where the job can have no file of that name.
  static func output(_ text: String) -> FileArgument? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let path = parts.count > 1 ? String(parts[1]) : name
    return path.isEmpty || !isName(name) ? nil : FileArgument(path: path, name: name)
  }

  /// Whether a text can be the name of a job's file, and so is one component of a path.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255 && text.utf8.first != UInt8(ascii: ".")
      && !text.utf8.contains { $0 < 0x20 || $0 == 0x7f || $0 == 0x2f || $0 == 0x5c }
  }
}
