internal import NetworkBase
internal import RunnerAccess
internal import RunnerConfiguration
internal import TextFormats

/// The command line of `certificate`: `certificate --out FOLDER [NAME...] [--client NAME]...`.
struct CertificateOptions: Hashable {
  /// Days for which certificates of servers and clients are made, and how many they may be:
  /// browsers take no longer ones of a server.
  static let daysDefault = 397
  private static let daysRange = 1...825
  private static let example = "certificate --out /etc/http-runner/tls runner.lan 192.0.2.7"

  /// Absolute path of the folder that they are written to.
  var folder = ""
  /// Names and addresses of the server; empty for those that it had, or for those of this host.
  var names: [SubjectName] = []
  /// Names of clients; with one no certificate of a server is made.
  var clients: [String] = []
  var days = CertificateOptions.daysDefault

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
    guard names.isEmpty || clients.isEmpty else {
      throw OptionError(
        what: "certificate",
        why: "A name without an option is one of the server; --client makes "
          + "certificates of clients alone.", example: "certificate --out FOLDER --client media")
    }
  }

  private mutating func read(
    _ option: CommandLineReader.Option, from reader: inout CommandLineReader
  ) throws(OptionError) {
    guard option.isLong, ["out", "client", "days"].contains(option.name) else {
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
