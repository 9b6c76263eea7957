internal import Glibc
internal import SandboxBase

/// Paths that a failed run named on its standard error, that this host has and the job has not:
/// most often what is missing in `read`. Only for who may look at the host anyway; a client could
/// ask by it what there is.
enum MissingPaths {
  /// Paths that are named at most.
  private static let countMax = 8
  /// Bytes of standard error that are looked at: the last ones.
  static let textBytesMax = 16 << 10

  /// The paths in their order, each once.
  ///
  /// - Parameter policy: of the run; what it shows to jobs is not missing.
  static func found(in text: [UInt8], under policy: EntryPolicy) -> [String] {
    var found: [String] = []
    for path in paths(in: String(decoding: text, as: UTF8.self)) where found.count < countMax {
      guard !found.contains(path), !isShown(path, by: policy), exists(path) else { continue }
      found.append(path)
    }
    return found
  }

  /// Absolute paths, as programs print them: within quotes, before a colon.
  private static func paths(in text: String) -> [String] {
    let ends: Set<Character> = [
      "'", "\"", "`", "‘", "’", "“", "”", "(", ")", "[", "]", "<", ">", ",", ";", ":", "|", "=",
    ]
    return text.split { $0.isWhitespace || ends.contains($0) }.compactMap { word in
      guard word.hasPrefix("/") else { return nil }
      let trimmed = word.reversed().drop { $0 == "." || $0 == "/" }.reversed()
      return trimmed.count > 1 ? String(trimmed) : nil
    }
  }

  /// Of /tmp and its like a job has its own, so that the host's is missing.
  private static func isShown(_ path: String, by policy: EntryPolicy) -> Bool {
    if SystemTree.scratchPaths.contains(where: { path.hasPrefix($0 + "/") }) { return false }
    let granted =
      policy.readPaths + policy.writePaths + policy.devices + policy.programFolders
      + [policy.path]
    return SystemTree.provides(path) || SystemTree.providesDevice(path)
      || granted.contains { path == $0 || path.hasPrefix($0 + "/") }
  }

  private static func exists(_ path: String) -> Bool {
    // SAFETY: access(2) reads the path as a C string.
    unsafe access(path, F_OK) == 0
  }
}
