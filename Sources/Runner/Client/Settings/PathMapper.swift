/// Names of files here to names of the same files on the service's machine, in arguments: both see
/// one share at different places.
///
/// A prefix counts where a path begins and at the border of a component: `/mnt/nas` is found in
/// `/mnt/nas/a.mkv`, `file:/mnt/nas/a` and `subtitles=/mnt/nas/a.srt`, not in `/mnt/nas2/a` and
/// `/data/mnt/nas`.
struct PathMapper: Hashable, Sendable {
  private struct Rule: Hashable {
    let from: [UInt8]
    let to: [UInt8]
  }

  /// Longest first, so that the closest one counts.
  private let rules: [Rule]

  /// - Parameter paths: of this side, `trimmed`, to the service's, each absolute; the service's
  ///   may be `/`.
  init(_ paths: [String: String]) {
    rules = paths.map { Rule(from: Array($0.utf8), to: Array(Self.trimmed($1).utf8)) }
      .sorted { $0.from.count > $1.from.count }
  }

  /// A path without slashes at its end; empty for `/`.
  static func trimmed(_ path: String) -> String {
    String(path.reversed().drop { $0 == "/" }.reversed())
  }

  /// The argument as the service's machine has it.
  func mapped(_ argument: [UInt8]) -> [UInt8] {
    guard !rules.isEmpty else { return argument }
    var mapped: [UInt8] = []
    var index = 0
    while index < argument.count {
      if let rule = rule(in: argument, at: index) {
        mapped += rule.to
        index += rule.from.count
        let goesOn = index < argument.count && argument[index] == UInt8(ascii: "/")
        if rule.to.isEmpty, !goesOn { mapped.append(UInt8(ascii: "/")) }
      } else {
        mapped.append(argument[index])
        index += 1
      }
    }
    return mapped
  }

  /// The path as the service's machine has it; unlike an argument it is one path, from its start to
  /// its end.
  func mapped(path: String) -> String {
    let bytes = Array(path.utf8)
    let rule = rules.first { rule in
      bytes.starts(with: rule.from)
        && (bytes.count == rule.from.count || bytes[rule.from.count] == UInt8(ascii: "/"))
    }
    guard let rule else { return path }
    let mapped = String(decoding: rule.to + bytes.dropFirst(rule.from.count), as: UTF8.self)
    return mapped.isEmpty ? "/" : mapped
  }

  private func rule(in argument: [UInt8], at index: Int) -> Rule? {
    guard index == 0 || !Self.isOfPath(argument[index - 1]) else { return nil }
    return rules.first { rule in
      let end = index + rule.from.count
      guard argument[index...].starts(with: rule.from) else { return false }
      return end == argument.count || argument[end] == UInt8(ascii: "/")
        || !Self.isOfPath(argument[end])
    }
  }

  /// Whether a byte beside a prefix makes it a part of another path.
  private static func isOfPath(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xff:
      true
    default: Array("._-+/~".utf8).contains(byte)
    }
  }
}
