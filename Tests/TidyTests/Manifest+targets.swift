/// Targets of the package, and what a program is made of.
extension Manifest {
  /// One target as the manifest has it.
  struct Target: Hashable, Sendable {
    let name: String
    let folder: String
    let dependencies: [String]
  }

  /// Targets with a folder of their own, in the order of the manifest; those of tests without
  /// `path` are left out.
  static func targets(in manifest: String) -> [Target] {
    let openings = [".executableTarget(", ".systemLibrary("]
    let text = openings.reduce(manifest) { $0.replacing($1, with: ".target(") }
    return text.split(separator: ".target(", omittingEmptySubsequences: false).dropFirst()
      .compactMap { rest in
        guard let name = value(of: "name", in: rest), let folder = value(of: "path", in: rest)
        else { return nil }
        return Target(name: name, folder: folder, dependencies: dependencies(in: rest))
      }
  }

  private static func dependencies(in text: Substring) -> [String] {
    guard let start = text.firstRange(of: "dependencies: [") else { return [] }
    let list = text[start.upperBound...].prefix { $0 != "]" }
    return list.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// A target with all that it is linked with, itself first.
  static func closure(of name: String, in manifest: String) -> [Target] {
    let all = targets(in: manifest)
    var found: [Target] = []
    var pending = [name]
    while !pending.isEmpty {
      let next = pending.removeFirst()
      guard !found.contains(where: { $0.name == next }) else { continue }
      guard let target = all.first(where: { $0.name == next }) else { continue }
      found.append(target)
      pending += target.dependencies
    }
    return found
  }
}
