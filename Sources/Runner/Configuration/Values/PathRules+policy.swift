package import SandboxBase

extension PathRules {
  /// A path that a policy may not grant.
  package struct Finding: Hashable, Sendable {
    /// The setting, as `read[0]`.
    package let key: String
    /// What is wrong, and what to do: sentences.
    package let text: String
  }

  /// What is wrong with the paths of `read`, `write` and `devices`.
  ///
  /// - Parameters:
  ///   - targets: where paths lead that are symbolic links, by path. With any, only faults of these
  ///     are told: what is wrong with a path as it is named was told before.
  ///   - folders: those of the service itself.
  package static func faults(
    of policy: EntryPolicy, leadingTo targets: [String: String], folders: [OwnFolder]
  ) -> [Finding] {
    let paths = Case(policy: policy, targets: targets, folders: folders)
    return paths.writeFaults + paths.readFaults + paths.deviceFaults
  }

  /// The paths of one policy, and where they lead.
  private struct Case {
    let policy: EntryPolicy
    let targets: [String: String]
    let folders: [OwnFolder]

    private func isOfInterest(_ path: String) -> Bool { targets.isEmpty || targets[path] != nil }
    private func target(_ path: String) -> String { targets[path] ?? path }

    private func shown(_ path: String) -> String {
      targets[path].map { "`\(path)` leads to \($0)" } ?? "`\(path)`"
    }

    private func refusal(_ key: String, _ path: String, writable: Bool) -> [Finding] {
      guard isOfInterest(path) else { return [] }
      let why = PathRules.refusal(of: target(path), writable: writable, folders: folders)
      return why.map { [Finding(key: key, text: "\(shown(path)): \($0)")] } ?? []
    }

    var writeFaults: [Finding] {
      policy.writePaths.enumerated().flatMap { index, path in
        let key = "write[\(index)]"
        let faults = refusal(key, path, writable: true)
        guard isOfInterest(path), isInside(policy.path, target(path)) else { return faults }
        let text = "\(shown(path)): jobs could replace the executable in it."
        return faults + [Finding(key: key, text: text)]
      }
    }

    /// Writable inside readable is how one lets a job write in one place of a tree; the other way
    /// round it would be a promise that nothing keeps.
    var readFaults: [Finding] {
      policy.readPaths.enumerated().flatMap { index, path in
        let key = "read[\(index)]"
        let faults = refusal(key, path, writable: false)
        let folder = policy.writePaths.first { folder in
          isInside(target(path), target(folder)) && (isOfInterest(path) || isOfInterest(folder))
        }
        guard let folder else { return faults }
        let text =
          "\(shown(path)) is in \(target(folder)), which jobs may write. Take one of them out."
        return faults + [Finding(key: key, text: text)]
      }
    }

    var deviceFaults: [Finding] {
      policy.devices.enumerated().compactMap { index, path in
        guard let found = targets[path], let why = deviceRefusal(of: found) else { return nil }
        return Finding(key: "devices[\(index)]", text: "\(shown(path)): \(why)")
      }
    }
  }

  private static func deviceRefusal(of path: String) -> String? {
    guard path.hasPrefix("/dev/") else { return "That is no device: those are beneath /dev." }
    return DeviceNames.refusal(of: path)
  }
}
