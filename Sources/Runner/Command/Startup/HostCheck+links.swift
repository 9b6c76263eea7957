internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase
internal import SandboxClient

extension HostCheck {
  /// Symbolic links on the ways to the paths of an entry.
  struct LinkReport {
    /// Paths without links, by the path of policy.
    var targets: [String: String] = [:]
    /// Targets that no policy may grant.
    var problems: [ConfigurationProblem] = []
    /// Sentences for the operator: where each path leads, or why it is not followed.
    var notes: [String] = []
  }

  /// Follows the links in `read`, `write` and `devices`. What they lead to obeys the rules of a
  /// path that is named.
  static func links(of entry: ConfiguredEntry, _ service: ServiceSettings) -> LinkReport {
    var links = LinkReport()
    let policy = entry.policy
    let lists = [
      ("read", policy.readPaths), ("write", policy.writePaths), ("devices", policy.devices),
    ]
    for (key, paths) in lists {
      for (index, path) in paths.enumerated() {
        let name = "\(key)[\(index)]"
        switch outcome(of: path, service) {
        case .direct: break
        case .refused(let why): links.notes.append("\(name): \(why)")
        case .leads(let target):
          links.targets[path] = target
          links.notes.append("\(name): \(path) leads to \(target)")
        }
      }
    }
    let faults = PathRules.faults(of: policy, leadingTo: links.targets, folders: service.ownFolders)
    let owner = entry.alias.map { "entries.\($0)" } ?? entry.name
    links.problems = faults.map { ConfigurationProblem(nil, "\(owner).\($0.key)", $0.text) }
    return links
  }

  private static func outcome(of path: String, _ service: ServiceSettings) -> LinkedPath.Outcome {
    do throws(SystemCallFailure) {
      return try LinkedPath.resolve(path, trusting: service.sameUser ? getuid() : 0)
    } catch {
      return .direct  // Nothing is followed then; a link fails the launches.
    }
  }
}
