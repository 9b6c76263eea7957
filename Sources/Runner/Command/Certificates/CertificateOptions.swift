internal import NetworkBase
internal import RunnerAccess
internal import RunnerConfiguration
internal import TextFormats

/// The command line of `certificate`: `certificate --out FOLDER [NAME...]`, with `--client NAME` or
/// `--revoke NAME` in place of the names.
struct CertificateOptions: Hashable {
  /// Days for which certificates of servers and clients are made, and how many they may be:
  /// browsers take no longer ones of a server.
  static let daysDefault = 397
  private static let daysRange = 1...825
  private static let optionNames = ["out", "client", "days", "revoke", "crl-url"]
  private static let urlBytesMax = 1024
  private static let example = "certificate --out /etc/http-runner/tls runner.lan 192.0.2.7"

  /// Absolute path of the folder that they are written to.
  var folder = ""
  /// Names and addresses of the server; empty for those that it had, or for those of this host.
  var names: [SubjectName] = []
  /// Names of clients; with one no certificate of a server is made.
  var clients: [String] = []
  /// Names of clients whose certificates are revoked; with one none is made.
  var revoked: [String] = []
  var days = CertificateOptions.daysDefault
  /// URL of the revocation list that certificates name; nil for none.
  var revocationURL: String?

  /// - Parameter arguments: what follows the word `certificate`.
  init(_ arguments: [String]) throws(OptionError) {
    var reader = CommandLineReader(arguments)
    while let item = reader.next() {
      switch item {
      case .operand(let text):
        do throws(ValueError) {
          names.append(try Self.name(text))
        } catch {
          throw OptionError(what: "certificate \(text)", why: error.why, example: Self.example)
        }
      case .option(let option): try read(option, from: &reader)
      }
    }
    guard !folder.isEmpty else {
      throw OptionError(
        what: "certificate", why: "The folder for the files is missing.", example: Self.example)
    }
    guard [names.isEmpty, clients.isEmpty, revoked.isEmpty].count(where: { !$0 }) < 2 else {
      throw OptionError(
        what: "certificate",
        why: "A name without an option is one of the server, --client makes certificates of "
          + "clients, and --revoke ends those; each takes a run of its own.",
        example: "certificate --out FOLDER --client media")
    }
  }

  private mutating func read(
    _ option: CommandLineReader.Option, from reader: inout CommandLineReader
  ) throws(OptionError) {
    guard option.isLong, Self.optionNames.contains(option.name) else {
      throw OptionError(
        what: option.spelling,
        why: "`certificate` has no such option. See: http-runner certificate --help",
        example: Self.example)
    }
    guard let value = reader.value(of: option), !value.isEmpty else {
      throw OptionError(what: option.spelling, why: "It needs a value.", example: Self.example)
    }
    do throws(ValueError) {
      switch option.name {
      case "out": folder = try PathValue.parse(value)
      case "days": days = try NumberValue.parse(value, Self.daysRange)
      case "revoke": revoked.append(try Self.client(value))
      case "crl-url": revocationURL = try Self.url(value)
      default: clients.append(try Self.client(value))
      }
    } catch {
      throw OptionError(
        what: "\(option.spelling) \(value)", why: error.why, example: Self.example)
    }
  }

  private static func name(_ text: String) throws(ValueError) -> SubjectName {
    if let address = NetworkAddress(text) { return .address(address.bytes) }
    guard let name = try HostNameValue.list(text).first else { throw ValueError("It is empty.") }
    return .dns(name)
  }

  /// It goes into certificates as it is: TLS libraries fetch a list over HTTP (RFC 5280, section
  /// 4.2.1.13), since the list is signed.
  private static func url(_ text: String) throws(ValueError) -> String {
    let isURL = ["http://", "https://"].contains { text.hasPrefix($0) && text.count > $0.count }
    guard isURL, text.utf8.count <= urlBytesMax,
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw ValueError("It is a URL that begins with `http://` or `https://`.") }
    return text
  }

  /// It becomes the name of a file too.
  private static func client(_ text: String) throws(ValueError) -> String {
    let reserved = ["ca", "server"]
    guard TokenRecord.isName(text), !reserved.contains(text), !text.hasSuffix("-key") else {
      throw ValueError(
        "A client has 1 to 64 letters, digits, `.`, `_`, `-` or `@`, beginning with a letter or "
          + "digit, and is neither `ca` nor `server`.")
    }
    return text
  }
}
