/// Who may import what. SwiftPM lets a target import whatever it reaches through another target, so
/// the manifest alone does not hold these walls.
enum ImportTable {
  struct Floor: Sendable {
    let folder: String
    /// Module and what for.
    let modules: [String: String]
  }

  static let floors = [
    Floor(folder: "Sources/Base/Bounds", modules: [:]),
    Floor(folder: "Sources/Base/Formats", modules: [:]),
    Floor(folder: "Sources/Base/System", modules: ["Glibc": "the C library"]),
    Floor(
      folder: "Sources/Base/Files",
      modules: ["Glibc": "the C library", "SystemBase": "descriptors and errno"]),
    Floor(folder: "Sources/Base/Network", modules: ["Glibc": "the C library"]),
    Floor(folder: "Sources/Base/Digests", modules: ["CGnuTLS": "digests and keyed hashes"]),
    Floor(
      folder: "Sources/Base/PostgreSQL",
      modules: [
        "CPostgreSQL": "its only owner", "Glibc": "the C library", "SystemBase": "threads",
      ]),
    Floor(
      folder: "Sources/Sandbox/Base",
      modules: [
        "CCapability": "capabilities of processes and files", "CLaunch": "launch of own programs",
        "CLinux": "kernel calls that Glibc hides", "Glibc": "the C library",
        "SharedBounds": "bounds of arguments, identities of entries",
        "SystemBase": "descriptors, threads and errno",
      ]),
    Floor(
      folder: "Sources/Sandbox/Filter",
      modules: [
        "CSeccomp": "numbers of system calls", "Glibc": "the C library",
        "SandboxBase": "what a policy is", "SystemBase": "names of errors",
      ]),
    Floor(
      folder: "Sources/Sandbox/Launcher",
      modules: [
        "CLaunch": "clone and the child path", "CLinux": "kernel calls that Glibc hides",
        "Glibc": "the C library", "SandboxBase": "policy, host and wire",
        "SharedBounds": "identities of entries",
        "SystemBase": "descriptors, threads and errno",
      ]),
    Floor(
      folder: "Sources/Sandbox/Client",
      modules: [
        "CLaunch": "launch of tools", "CLinux": "kernel calls that Glibc hides",
        "Glibc": "the C library", "SandboxBase": "policy and wire",
        "SharedBounds": "identities of entries",
        "Synchronization": "locks of the client's side",
        "SystemBase": "descriptors, threads and errno",
      ]),
    Floor(
      folder: "Sources/Launcher",
      modules: ["Glibc": "exit codes", "SandboxLauncher": "all that it does"]),
    Floor(folder: "Sources/Runner/Progress", modules: ["TextFormats": "JSON"]),
    Floor(
      folder: "Sources/Runner/Core",
      modules: [
        "RunnerProgress": "what programs print of their progress",
        "SharedBounds": "bounds of arguments, identities of entries", "Synchronization": "locks",
        "TextFormats": "JSON",
      ]),
    Floor(
      folder: "Sources/Runner/Callbacks",
      modules: [
        "CCurl": "its only owner", "DigestBase": "keyed hashes",
        "Glibc": "sockets, threads and clocks", "NetworkBase": "addresses",
        "RunnerCore": "the port that it implements",
        "Synchronization": "locks", "SystemBase": "threads and queues", "TextFormats": "base64",
      ]),
    Floor(
      folder: "Sources/Runner/Store",
      modules: [
        "CSQLite": "its only owner", "DigestBase": "digests of files",
        "Dispatch": "the queues of the writer and of the reader",
        "Glibc": "descriptors of the state folder",
        "PostgreSQLBase": "connections to the shared database",
        "RunnerCore": "the ports that it implements",
        "Synchronization": "locks", "SystemBase": "descriptors and errno",
        "TextFormats": "lists as values of statements",
      ]),
    Floor(
      folder: "Sources/Runner/Access",
      modules: [
        "CGnuTLS": "certificates, TLS sessions", "DigestBase": "digests of tokens, keyed hashes",
        "RunnerCore": "principals and time", "Synchronization": "locks",
        "TextFormats": "JSON and base64",
      ]),
    Floor(
      folder: "Sources/Runner/Configuration",
      modules: [
        "NetworkBase": "addresses", "RunnerCore": "principals, their grants and quotas",
        "RunnerProgress": "names of its readers",
        "SandboxBase": "what a policy is", "SandboxFilter": "whether its filter can be made",
        "TextFormats": "JSON5 and base64",
      ]),
    Floor(
      folder: "Sources/Runner/Client",
      modules: [
        "CCurl": "requests to the service", "DigestBase": "digests of files",
        "CLinux": "signals as a descriptor, and renames",
        "FileBase": "configuration and token",
        "Glibc": "descriptors and terminals", "RunnerConfiguration": "JSON5 and times",
        "SystemBase": "descriptors and errno", "TextFormats": "JSON and command lines",
      ]),
    Floor(
      folder: "Sources/Runner/HTTP",
      modules: [
        "CDocuments": "the OpenAPI document, the dashboard",
        "CLinux": "epoll, which Glibc hides",
        "CMicroHTTPD": "its only owner",
        "Glibc": "sockets, threads and clocks", "NetworkBase": "addresses",
        "RunnerAccess": "who may ask", "RunnerCore": "the engine that it speaks to",
        "Synchronization": "locks", "SystemBase": "descriptors and threads",
        "TextFormats": "JSON and base64",
      ]),
    Floor(
      folder: "Sources/Runner/Command",
      modules: [
        "Dispatch": "waiting for what an earlier process left",
        "FileBase": "files that the operator names",
        "Glibc": "descriptors and exit codes", "NetworkBase": "addresses",
        "RunnerAccess": "tokens and who may ask", "RunnerCallbacks": "wired here",
        "RunnerClient": "its commands",
        "RunnerConfiguration": "what it is told", "RunnerCore": "wired here",
        "RunnerHTTP": "wired here", "RunnerProgress": "names of its readers",
        "RunnerStore": "wired here",
        "SandboxBase": "wired here", "SandboxClient": "wired here", "SandboxFilter": "wired here",
        "SharedBounds": "identities of entries",
        "Synchronization": "locks", "SystemBase": "descriptors and errno",
        "TextFormats": "JSON and command lines",
      ]),
    Floor(folder: "Sources/Runner/Main", modules: ["RunnerCommand": "all that it does"]),
  ]

  /// Files that alone may import a library, so that it can be replaced.
  static let owners = [
    "CMicroHTTPD": ["Sources/Runner/HTTP/Server/Daemon.swift"]
  ]

  static func findings(in file: SourceFile) -> [Finding] {
    guard file.isSwift, file.isBelow("Sources") else { return [] }
    guard let floor = floors.first(where: { file.isBelow($0.folder) }) else {
      return [
        Finding(
          path: file.path, line: 0,
          message: "no row of ImportTable has this folder: a floor without walls. Add the row.")
      ]
    }
    return imports(of: file.tokens).compactMap { module, line in
      if floor.modules[module] == nil {
        return Finding(
          path: file.path, line: line,
          message: "\(floor.folder) may not import \(module): a floor knows only what lies below"
            + " it, and as little of that as it can. It may import \(list(floor))."
            + " Go through a port of RunnerCore, or argue for a new entry in ImportTable.")
      }
      if let files = owners[module], !files.contains(file.path) {
        return Finding(
          path: file.path, line: line,
          message: "only \(files.joined(separator: ", ")) may import \(module), so that the library"
            + " can be replaced. Use what that file offers.")
      }
      return nil
    }
  }

  /// Modules that are imported at the outermost level, with their lines.
  static func imports(of tokens: [Token]) -> [(module: String, line: Int)] {
    let kinds: Set<String> = [
      "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
    return tokens.indices.compactMap { index in
      guard tokens[index].text == "import", index + 1 < tokens.count,
        index == 0 || tokens[index - 1].text != "."
      else { return nil }
      let next = tokens[index + 1]
      let isQualified = kinds.contains(next.text) && index + 2 < tokens.count
      return (isQualified ? tokens[index + 2].text : next.text, tokens[index].line)
    }
  }

  private static func list(_ floor: Floor) -> String {
    floor.modules.keys.sorted().joined(separator: ", ")
  }
}
