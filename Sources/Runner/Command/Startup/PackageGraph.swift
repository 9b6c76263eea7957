/// The packages of a host and what each depends on, in the words of dpkg-query(1).
struct PackageGraph {
  private struct Package {
    /// Of the base system (deb-control(5), Priority): what nearly every package leads to.
    let isBase: Bool
    /// Names of packages, and of what others provide.
    let dependencies: [String]
  }

  private var packages: [String: Package] = [:]
  private var providers: [String: [String]] = [:]

  /// The format of the listing, for `--showformat`.
  static let format = "${Package}\t${Priority}\t${Provides}\t${Pre-Depends},${Depends}\n"

  /// - Parameter listing: a line for each package in `format`.
  init(listing: String) {
    for line in listing.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 4 else { continue }
      let name = String(fields[0])
      packages[name] = Package(
        isBase: ["required", "important", "standard"].contains(fields[1]),
        dependencies: Self.names(fields[3]))
      for provided in Self.names(fields[2]) { providers[provided, default: []].append(name) }
    }
  }

  /// The names in a relation field, alternatives and all, without versions and architectures.
  private static func names(_ field: Substring) -> [String] {
    field.split { $0 == "," || $0 == "|" }.compactMap { relation in
      relation.split { $0 == " " || $0 == ":" || $0 == "(" }.first.map(String.init)
    }
  }

  /// A package and all that it depends on.
  func closure(of name: String) -> Set<String> {
    var found: Set<String> = []
    var pending = [name]
    while let next = pending.popLast() {
      guard let package = packages[next], found.insert(next).inserted else { continue }
      for dependency in package.dependencies {
        pending.append(dependency)
        pending += providers[dependency] ?? []
      }
    }
    return found
  }

  /// A package and what it depends on, without the base system.
  func family(of name: String) -> Set<String> {
    closure(of: name).filter { $0 == name || packages[$0]?.isBase == false }
  }

  /// Whether the package is of the base system.
  func isBase(_ name: String) -> Bool { packages[name]?.isBase == true }
}
