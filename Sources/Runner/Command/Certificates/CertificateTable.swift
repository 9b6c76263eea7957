internal import RunnerCore
internal import TextFormats

/// Certificates of clients that were issued in a folder: what there is to revoke of a client whose
/// certificate was renewed. Text, a line for each: when it ends, its serial number, the name.
struct CertificateTable: Hashable {
  /// One certificate.
  struct Row: Hashable {
    let end: Timestamp
    let serial: [UInt8]
    let name: String
  }

  /// Name of its file in the folder.
  static let file = "issued"

  private(set) var rows: [Row] = []

  /// A table of nothing.
  init() {}

  /// The table of a file.
  ///
  /// - Throws: `CertificateFolder.Failure` that names the first line that is none of its own.
  init(_ bytes: [UInt8]) throws(CertificateFolder.Failure) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    for (number, line) in lines.enumerated() {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
      guard words.count == 3, let serial = Hexadecimal.bytes(of: words[1]), !serial.isEmpty,
        let end = Timestamp(rfc3339: String(decoding: words[0], as: UTF8.self))
      else {
        throw CertificateFolder.Failure(
          description: "Line \(number + 1) of the file `\(Self.file)` is no end, serial number and "
            + "name. Take the file from a backup, or remove it: what it lost cannot be revoked.")
      }
      rows.append(
        Row(end: end, serial: serial, name: String(decoding: words[2], as: UTF8.self)))
    }
  }

  /// Adds a certificate.
  mutating func add(_ row: Row) { rows.append(row) }

  /// Serial numbers of the certificates of a client.
  func serials(of name: String) -> [[UInt8]] { rows.filter { $0.name == name }.map(\.serial) }

  /// Its file, without certificates that ended before `now`.
  func bytes(at now: Timestamp) -> [UInt8] {
    let lines = rows.filter { $0.end > now }.map { row in
      "\(row.end) \(Hexadecimal.text(of: row.serial)) \(row.name)\n"
    }
    return Array(lines.joined().utf8)
  }
}
