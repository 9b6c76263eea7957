import TextFormats

/// A file that the service keeps of a job, as its list says.
struct KeptFile {
  let name: String
  let byteCount: Int
  /// SHA-256 of its bytes.
  let digest: [UInt8]
  let document: JSONNode

  /// - Parameter document: one element of `files`. nil where it is none of a kept file, or has a
  ///   name that a file of a job cannot have.
  init?(_ document: JSONNode) {
    guard let name = document["name"]?.text, FileArgument.isName(name),
      let byteCount = document["bytes"]?.integer, byteCount >= 0,
      let digest = document["sha256"]?.text.flatMap({ Hexadecimal.bytes(of: Array($0.utf8)[...]) })
    else { return nil }
    self.name = name
    self.byteCount = byteCount
    self.digest = digest
    self.document = document
  }

  /// The kept files of a list.
  static func all(in list: JSONNode) -> [KeptFile] {
    (list["files"]?.elements ?? []).compactMap { KeptFile($0) }
  }
}
