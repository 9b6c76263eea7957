import RunnerConfiguration
import TextFormats

/// What a `client.json5` says: of the system in /etc/http-runner, of the user in
/// `$XDG_CONFIG_HOME/http-runner`.
struct ClientConfiguration: Hashable, Sendable {
  /// Where the service is, as `ServiceAddress` reads it.
  var server: String?
  var tokenFile: String?
  /// PEM file of the authorities that the service's certificate is held against.
  var ca: String?
  /// PEM files of the client's own certificate and its key.
  var certificate: String?
  var key: String?
  /// Whether a token may go over plain HTTP to another machine.
  var plainHTTP: Bool?
  /// Folders of this side, each with its name on the service's machine.
  var paths: [String: String] = [:]
  /// Further names under which the program is the entry of that name, beside ffmpeg and ffprobe.
  var programs: [String] = []
  /// Local programs by the name of an entry, for a service that cannot be reached.
  var fallback: [String: String] = [:]

  /// What is wrong with a file, and where.
  private struct MemberError: Error {
    let position: SourcePosition
    let why: String
  }

  /// Bytes of a file at most.
  static let bytesMax = 256 << 10

  /// - Parameter name: of the file, for messages.
  /// - Throws: `ClientFailure` (configuration) with the place of what is wrong.
  static func parse(
    _ bytes: [UInt8], name: String
  ) throws(ClientFailure) -> ClientConfiguration {
    do throws(MemberError) {
      let document = try document(bytes)
      if let twice = document.repeated.first {
        throw MemberError(position: twice.position, why: "`\(twice.key)` stands twice")
      }
      guard case .object(let members) = document.root.content else {
        throw MemberError(position: document.root.position, why: "an object is expected")
      }
      var configuration = ClientConfiguration()
      for member in members { try configuration.read(member) }
      return configuration
    } catch {
      throw ClientFailure(
        .configuration, "\(name):\(error.position.line):\(error.position.column): \(error.why)")
    }
  }

  private static func document(_ bytes: [UInt8]) throws(MemberError) -> JSON5Parser.Document {
    do throws(JSON5SyntaxError) {
      return try JSON5Parser.parse(bytes)
    } catch {
      throw MemberError(position: error.position, why: error.why)
    }
  }

  private mutating func read(_ member: JSON5Member) throws(MemberError) {
    switch member.key {
    case "server": server = try Self.text(member)
    case "tokenFile": tokenFile = try Self.path(member)
    case "ca": ca = try Self.path(member)
    case "certificate": certificate = try Self.path(member)
    case "key": key = try Self.path(member)
    case "plainHTTP":
      guard case .bool(let flag) = member.value.content else {
        throw Self.error(member, "true or false is expected")
      }
      plainHTTP = flag
    case "programs":
      guard case .list(let elements) = member.value.content else {
        throw Self.error(member, "a list of names is expected")
      }
      programs = try elements.map { element throws(MemberError) in
        guard case .text(let text) = element.content, !text.contains("/"), !text.isEmpty else {
          throw MemberError(position: element.position, why: "a name is expected")
        }
        return text
      }
    case "paths":
      for pair in try Self.pairs(member) {
        let folder = PathMapper.trimmed(pair.key)
        guard folder.hasPrefix("/"), Self.isPath(folder) else {
          throw Self.error(
            pair,
            "a folder is expected as its name, by an absolute path below /: under / itself every "
              + "path would become another")
        }
        guard paths[folder] == nil else {
          throw Self.error(pair, "the folder stands twice, with and without a slash at its end")
        }
        paths[folder] = try Self.path(pair)
      }
    case "fallback":
      for pair in try Self.pairs(member) { fallback[pair.key] = try Self.path(pair) }
    default:
      throw MemberError(
        position: member.position,
        why: "there is no `\(member.key)`; there are server, tokenFile, ca, certificate, key, "
          + "plainHTTP, paths, programs and fallback")
    }
  }

  private static func text(_ member: JSON5Member) throws(MemberError) -> String {
    guard case .text(let text) = member.value.content, !text.isEmpty else {
      throw error(member, "a text is expected")
    }
    return text
  }

  private static func path(_ member: JSON5Member) throws(MemberError) -> String {
    let path = try text(member)
    guard isPath(path) else { throw error(member, "an absolute path is expected") }
    return path
  }

  private static func pairs(_ member: JSON5Member) throws(MemberError) -> [JSON5Member] {
    guard case .object(let members) = member.value.content else {
      throw error(member, "an object is expected")
    }
    return members
  }

  private static func isPath(_ text: String) -> Bool {
    text.hasPrefix("/") && !text.utf8.contains(0)
  }

  private static func error(_ member: JSON5Member, _ why: String) -> MemberError {
    MemberError(position: member.value.position, why: "\(member.key): \(why)")
  }

  /// This one, with what `user` says in the place of what it says itself.
  func overridden(by user: ClientConfiguration) -> ClientConfiguration {
    var both = self
    both.server = user.server ?? server
    both.tokenFile = user.tokenFile ?? tokenFile
    both.ca = user.ca ?? ca
    both.certificate = user.certificate ?? certificate
    both.key = user.key ?? key
    both.plainHTTP = user.plainHTTP ?? plainHTTP
    both.paths.merge(user.paths) { _, user in user }
    both.programs += user.programs
    both.fallback.merge(user.fallback) { _, user in user }
    return both
  }
}
