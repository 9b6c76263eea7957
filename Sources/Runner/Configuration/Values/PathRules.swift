/// Folders that no policy may grant to jobs.
package enum PathRules {
  /// Nothing in or beneath these is given to jobs, neither for reading nor for writing.
  private static let neverBeneath = ["/proc", "/sys", "/dev", "/boot", "/root"]
  /// Not as a whole: they hold what belongs to others, or are private to each job.
  private static let neverWhole = [
    "/home", "/run", "/var", "/var/lib", "/tmp", "/var/tmp", "/var/run", "/work",
  ]
  /// Each job has its own, which cover the host's.
  private static let coveredBeneath = ["/tmp", "/var/tmp", "/work"]
  /// The system's own: jobs see them, and never write them.
  private static let neverWritten = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc",
  ]

  /// A folder of the service itself.
  package struct OwnFolder {
    let name: String
    let path: String
  }

  static func isInside(_ path: String, _ folder: String) -> Bool {
    path == folder || path.hasPrefix(folder + "/")
  }

  /// Why policy may not grant `path` to jobs: a sentence; nil where it may.
  package static func refusal(
    of path: String, writable: Bool, folders: [OwnFolder]
  ) -> String? {
    if let folder = neverBeneath.first(where: { isInside(path, $0) }) {
      let hint = folder == "/dev" ? " Single devices go into devices." : ""
      return "Jobs get nothing of the host's \(folder).\(hint)"
    }
    if neverWhole.contains(path) {
      return "Jobs do not get the whole of \(path). Name a folder in it."
    }
    if let folder = coveredBeneath.first(where: { isInside(path, $0) }) {
      return "Each job has a \(folder) of its own, which covers the host's. Name a folder "
        + "elsewhere, such as in /srv."
    }
    if let own = folders.first(where: { isInside(path, $0.path) || isInside($0.path, path) }) {
      return "It meets the service's own \(own.name) \(own.path). Name another folder."
    }
    if writable, let folder = neverWritten.first(where: { isInside(path, $0) }) {
      return "Nothing in \(folder) is ever written by jobs. Name a folder of data, such as in /srv."
    }
    return nil
  }
}
