import Foundation

/// As much of a 64-bit little-endian ELF file as says what it is linked with.
struct ELFFile {
  /// What the dynamic linker loads with it.
  let needed: [String]
  /// The names of its symbol tables: its own functions too, unless it was stripped.
  private let names: [Data]

  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  private struct Section {
    let type: UInt64
    let range: Range<Int>
    let link: Int
  }

  private enum SectionType {
    static let symbols: UInt64 = 2
    static let dynamic: UInt64 = 6
    static let dynamicSymbols: UInt64 = 11
  }

  private static let neededTag: UInt64 = 1
  private static let dynamicEntryBytes = 16

  init(path: String) throws {
    do {
      try self.init(Data(contentsOf: URL(filePath: path), options: .alwaysMapped))
    } catch {
      throw Malformed(description: "\(path): \(error). Run `make build` first.")
    }
  }

  init(_ data: Data) throws {
    guard data.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else {
      throw Malformed(description: "not a 64-bit little-endian ELF file")
    }
    let start = Int(try Self.number(data, at: 40, bytes: 8))
    let size = Int(try Self.number(data, at: 58, bytes: 2))
    let count = Int(try Self.number(data, at: 60, bytes: 2))
    let sections = try (0..<count).map { try Self.section(data, at: start + $0 * size) }
    var needed: [String] = []
    var names: [Data] = []
    for section in sections where section.link < count {
      let strings = data[sections[section.link].range]
      switch section.type {
      case SectionType.dynamic:
        needed += try Self.needed(data, section.range, strings)
      case SectionType.symbols, SectionType.dynamicSymbols:
        names.append(strings)
      default:
        break
      }
    }
    self.needed = needed
    self.names = names
  }

  /// Whether the name of any symbol has `mark` in it.
  func hasSymbol(with mark: String) -> Bool {
    names.contains { $0.range(of: Data(mark.utf8)) != nil }
  }

  private static func section(_ data: Data, at header: Int) throws -> Section {
    let type = try number(data, at: header + 4, bytes: 4)
    let offset = Int(try number(data, at: header + 24, bytes: 8))
    // Type 8 takes no place in the file, whatever its size.
    let size = type == 8 ? 0 : Int(try number(data, at: header + 32, bytes: 8))
    guard offset + size <= data.count else {
      throw Malformed(description: "a section ends past the file, at \(offset + size)")
    }
    return Section(
      type: type, range: offset..<offset + size,
      link: Int(try number(data, at: header + 40, bytes: 4)))
  }

  private static func needed(
    _ data: Data, _ entries: Range<Int>, _ strings: Data
  ) throws -> [String] {
    try stride(from: entries.lowerBound, to: entries.upperBound, by: dynamicEntryBytes)
      .filter { try number(data, at: $0, bytes: 8) == neededTag }
      .map { entry in
        let offset = Int(try number(data, at: entry + 8, bytes: 8))
        let name = strings.dropFirst(offset).prefix { $0 != 0 }
        return String(decoding: name, as: UTF8.self)
      }
  }

  private static func number(_ data: Data, at offset: Int, bytes count: Int) throws -> UInt64 {
    guard offset >= 0, offset + count <= data.count else {
      throw Malformed(description: "the file ends before offset \(offset)")
    }
    return (0..<count).reduce(0) { $0 | UInt64(data[offset + $1]) << (8 * UInt64($1)) }
  }
}
