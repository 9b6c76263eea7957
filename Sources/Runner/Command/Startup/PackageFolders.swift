internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase

/// The folders of /etc and /var/lib in which a program's package, or one that it depends on, keeps
/// its settings and data: /etc/mono for mcs, /var/lib/ghc for ghc.
enum PackageFolders {
  /// What a question is answered by: dpkg-query(1) with these arguments.
  typealias Query = (_ arguments: [String]) throws(StartFailure) -> String

  /// The same entries with `EntryPolicy.programFolders`. The caller has one thread and every signal
  /// blocked.
  ///
  /// - Throws: `StartFailure` where the packages cannot be asked for. A host without dpkg-query has
  ///   no such folders.
  static func added(to configuration: Configuration) throws(StartFailure) -> Configuration {
    guard PackageTool.isInstalled else { return configuration }
    let entries = configuration.entries
    let found = try folders(
      of: Set(entries.map(\.policy.path)), query: PackageTool.output, isFolder: isFolder)
    return Configuration(
      service: configuration.service,
      entries: entries.map { entry in
        var entry = entry
        entry.policy.programFolders = found[entry.policy.path] ?? []
        return entry
      })
  }

  /// By program, sorted.
  static func folders(
    of programs: Set<String>, query: Query, isFolder: (String) -> Bool
  ) throws(StartFailure) -> [String: [String]] {
    let names = Dictionary(uniqueKeysWithValues: programs.map { ($0, aliases(of: $0)) })
    let paths = Set(names.values.joined()).sorted()
    guard !paths.isEmpty else { return [:] }
    let owners = owners(try query(["--search"] + paths))
    let graph = PackageGraph(listing: try query(["--show", "--showformat", PackageGraph.format]))
    var families: [String: Set<String>] = [:]
    for package in Set(owners.values.joined()) { families[package] = graph.family(of: package) }
    let all = families.values.reduce(into: Set<String>()) { $0.formUnion($1) }.sorted()
    guard !all.isEmpty else { return [:] }
    let candidates = Set(
      try query(["--listfiles"] + all).split(separator: "\n").map(String.init).filter(isOwnFolder)
    ).filter(isFolder).sorted()
    guard !candidates.isEmpty else { return [:] }
    let folderOwners = Self.owners(try query(["--search"] + candidates))
    return names.mapValues { aliases in
      let packages = Set(aliases.compactMap { owners[$0] }.joined())
      let family = packages.reduce(into: Set<String>()) { $0.formUnion(families[$1] ?? []) }
      return candidates.filter { isShown(folderOwners[$0] ?? [], to: family, of: packages, graph) }
    }
  }

  /// A folder is the family's own where all other packages that put something there build upon the
  /// ones of the family. /etc/init.d and /etc/default are everybody's. That of the program's own
  /// package stays its own where one package of the base system puts something there as well, as
  /// systemd of Debian 13 does in /etc/ssh.
  private static func isShown(
    _ owners: Set<String>, to family: Set<String>, of packages: Set<String>, _ graph: PackageGraph
  ) -> Bool {
    let own = owners.intersection(family)
    guard !own.isEmpty else { return false }
    let others = owners.subtracting(own).filter { graph.closure(of: $0).isDisjoint(with: own) }
    guard let other = others.first else { return true }
    return others.count == 1 && graph.isBase(other) && !owners.isDisjoint(with: packages)
  }

  /// Directly in /etc or /var/lib.
  private static func isOwnFolder(_ path: String) -> Bool {
    ["/etc/", "/var/lib/"].contains { parent in
      path.hasPrefix(parent) && !path.dropFirst(parent.count).isEmpty
        && !path.dropFirst(parent.count).contains("/")
    }
  }

  /// `name, name:architecture: /path`, a line for each path.
  private static func owners(_ answer: String) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for line in answer.split(separator: "\n") where !line.hasPrefix("diversion by ") {
      guard let colon = line.firstRange(of: ": /") else { continue }
      let path = String(line[line.index(before: colon.upperBound)...])
      for name in line[..<colon.lowerBound].split(separator: ",") {
        let bare = name.drop { $0 == " " }.prefix { $0 != ":" }
        found[path, default: []].insert(String(bare))
      }
    }
    return found
  }

  /// As configured and without links; Debian's lists still say /bin and /lib for what is in /usr.
  private static func aliases(of program: String) -> [String] {
    var all = [program]
    // SAFETY: with nil, realpath(3) answers with a text of its own, which ends with a zero and is
    // freed once, after it was copied.
    if let real = unsafe realpath(program, nil) {
      defer { unsafe free(real) }
      all.append(unsafe String(cString: real))
    }
    return all + all.filter { $0.hasPrefix("/usr/") }.map { String($0.dropFirst(4)) }
  }

  private static func isFolder(_ path: String) -> Bool {
    // SAFETY: lstat(2) reads a text that ends with a zero and writes one struct stat.
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
