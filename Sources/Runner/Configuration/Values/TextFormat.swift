internal import RunnerCore
internal import SandboxBase
internal import SandboxFilter

/// The format of a text value: its check, and its pattern for JSON Schema.
package enum TextFormat: String, Hashable, Sendable, CaseIterable {
  case path = "absolute path"
  case file = "absolute path, or credential:NAME"
  case pathOrNone = "absolute path, or none"
  case device = "path of a device"
  case address = "numeric address"
  case listener = "ADDRESS:PORT, unix:PATH or systemd:NAME"
  case hostName = "host name"
  case user = "user name or number"
  case group = "group name or number, or @user"
  case idRange = "FIRST-LAST"
  case variableName = "name of a variable"
  case systemCall = "name of a system call"
  case capability = "name of a capability"
  case argument = "argument"
  case filePattern = "pattern of file names"
  case network = "NETWORK:PORTS"
  case networkOnly = "NETWORK"
  case secret = "whsec_ and base64"
  case wait = "time with ms, s, m or h"
  case poolName = "name of a pool"
  case window = "HH:MM-HH:MM"
  case timeZone = "name of a time zone"
  case store = "sqlite, or postgresql:CONNINFO"

  /// Checks a text against the format.
  ///
  /// - Returns: the text in its one spelling.
  func checked(_ text: String) throws(ValueError) -> String {
    switch self {
    case .path: return try printable(PathValue.parse(text))
    case .file:
      return try CredentialName(text) == nil ? TextFormat.path.checked(text) : text
    case .pathOrNone: return text == "none" ? text : try TextFormat.path.checked(text)
    case .device: return try Self.device(text)
    case .address: return try AddressValue.parse(text)
    case .listener:
      _ = try ConfiguredListener(text)
      return text
    case .hostName: return try HostNameValue.list(text)[0]
    case .user: return try UserValue.parse(text)
    case .group: return try GroupValue.parse(text)
    case .idRange:
      _ = try IDRange.parse(text)
      return text
    case .variableName:
      guard EnvironmentRule.isName(text) else {
        throw ValueError("`\(text)` is no name: letters, digits and underscores, no digit first.")
      }
      return text
    case .systemCall: return try Self.systemCall(text)
    case .capability: throw CapabilityNames.refusal(of: text)
    case .argument:
      guard !text.utf8.contains(0) else { throw ValueError("No argument can contain a NUL.") }
      return text
    case .filePattern:
      guard FilePattern(text) != nil else {
        throw ValueError(
          "`\(text)` matches no name of a file: 1 to 255 bytes without a slash, and no full stop "
            + "at the start.")
      }
      return text
    case .network:
      _ = try CallbackNetwork(text)
      return text
    case .networkOnly:
      _ = try ConfiguredNetwork(text)
      return text
    case .secret:
      _ = try CallbackSecret(text)
      return text
    case .wait:
      _ = try WaitValue.parse(text)
      return text
    case .poolName:
      guard AliasValue.isAlias(text) else {
        throw ValueError("`\(text)` is no name: a-z, 0-9, and behind the first also . _ -.")
      }
      return text
    case .window:
      _ = try WindowValue.parse(text)
      return text
    case .timeZone: return try Self.timeZone(text)
    case .store: return try printable(StoreValue.parse(text).text)
    }
  }

  /// Whether a list may have the same twice.
  var mayRepeat: Bool { self == .argument || self == .wait }

  /// What JSON Schema can say of it: a regular expression (ECMA-262).
  var schemaPattern: String? {
    switch self {
    case .path: "^(/[^/]+)+$"
    case .file: "^(/[^/]+)+$|^credential:[A-Za-z0-9_][A-Za-z0-9._-]*$"
    case .pathOrNone: "^none$|^(/[^/]+)+$"
    case .device: "^/dev(/[^/]+)+$"
    case .address: "^[0-9a-fA-F:.]+$"
    case .listener:
      "^(unix:/[^,]+|systemd:[^:,]+|\\[[0-9a-fA-F:.]+\\]:[0-9]+|[0-9.]+:[0-9]+)(,.*)?$"
    case .hostName: "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$"
    case .user: "^[A-Za-z0-9_.][A-Za-z0-9_.-]*$"
    case .group: "^(@user|[A-Za-z0-9_.][A-Za-z0-9_.-]*)$"
    case .idRange: "^[0-9]+-[0-9]+$"
    case .variableName: "^[A-Za-z_][A-Za-z0-9_]*$"
    case .systemCall: "^[a-z_][a-z0-9_]*$"
    case .network: "^(\\[[0-9a-fA-F:.]+(/[0-9]+)?\\]|[0-9.]+(/[0-9]+)?):[0-9]+(-[0-9]+)?$"
    case .networkOnly: "^[0-9a-fA-F:.]+(/[0-9]+)?$"
    case .secret: "^whsec_[A-Za-z0-9+/]+={0,2}$"
    case .wait: "^[0-9]+(ms|s|m|h)$"
    case .filePattern: "^[^./][^/]*$"
    case .poolName: "^[a-z0-9][a-z0-9._-]{0,63}$"
    case .window: "^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"
    case .timeZone: "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$"
    case .store: "^(sqlite|postgresql:.+|postgres://.*)$"
    case .capability, .argument: nil
    }
  }

  private func printable(_ text: String) throws(ValueError) -> String {
    let isBad = { (scalar: Unicode.Scalar) in
      scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }
    guard !text.unicodeScalars.contains(where: isBad) else {
      throw ValueError("It contains a control character.")
    }
    return text
  }

  /// Plain words between slashes: it becomes part of a path.
  private static func timeZone(_ text: String) throws(ValueError) -> String {
    let words = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isLetter = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    let isPlain = { (byte: UInt8) in
      isLetter(byte) || (0x30...0x39).contains(byte) || "_+-".utf8.contains(byte)
    }
    guard text.utf8.count <= 64,
      words.allSatisfy({ $0.first.map(isLetter) == true && $0.allSatisfy(isPlain) })
    else { throw ValueError("`\(text)` is no name of a time zone, as Europe/Berlin or UTC.") }
    return text
  }

  private static func device(_ text: String) throws(ValueError) -> String {
    let path = try TextFormat.path.checked(text)
    guard path.hasPrefix("/dev/") else {
      throw ValueError("`\(path)` is no device: those are beneath /dev. For files, see read.")
    }
    if let why = DeviceNames.refusal(of: path) { throw ValueError("`\(path)`: \(why)") }
    return path
  }

  private static func systemCall(_ name: String) throws(ValueError) -> String {
    let isPlain = name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    guard isPlain else { throw ValueError("A system call has letters, digits and underscores.") }
    do throws(SyscallNumbers.UnknownNameError) {
      _ = try SyscallNumbers.number(of: name)
      return name
    } catch {
      let known = SyscallCatalogue.standard.flatMap(\.names)
      let hint =
        SpellingSuggestion.nearest(to: name, among: known).map { " Did you mean \($0)?" } ?? ""
      throw ValueError("`\(name)` is no system call that libseccomp knows.\(hint)")
    }
  }
}
