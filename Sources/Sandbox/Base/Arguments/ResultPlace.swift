/// Where a result is: a folder of the entry's `write`, a path beneath it, and two names in that,
/// the temporary one that the program wrote to and that of the target.
package struct ResultPlace: Hashable, Sendable {
  /// Index in the `writePaths` of the entry.
  package let folder: UInt32
  /// Path beneath that folder without `.`, `..` and empty parts; empty for the folder itself.
  package let directory: String
  /// Begins with `temporaryPrefix`; letters and digits of ASCII, hyphens and full stops.
  package let temporaryName: String
  /// One name, which is no temporary one.
  package let targetName: String

  /// What every temporary name begins with, and no target.
  package static let temporaryPrefix = ".http-runner-"
  /// Bytes of a temporary name at most: file systems that encrypt names take 189 (encfs).
  package static let temporaryBytesMax = 128
  /// Bytes of `directory` at most (PATH_MAX).
  package static let directoryBytesMax = 4096
  /// Bytes of a target's name at most (NAME_MAX).
  package static let targetBytesMax = 255

  /// A place; nil where a part is no such path or name.
  package init?(folder: UInt32, directory: String, temporaryName: String, targetName: String) {
    let parts = directory.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard directory.isEmpty || parts.allSatisfy({ Self.isName($0) }),
      directory.utf8.count <= Self.directoryBytesMax,
      Self.isTemporary(temporaryName), Self.isName(targetName.utf8[...]),
      targetName.utf8.count <= Self.targetBytesMax,
      !targetName.hasPrefix(Self.temporaryPrefix)
    else { return nil }
    self.folder = folder
    self.directory = directory
    self.temporaryName = temporaryName
    self.targetName = targetName
  }

  private static func isName(_ part: Substring.UTF8View) -> Bool {
    !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
      && !part.contains(0) && !part.contains(UInt8(ascii: "/"))
  }

  private static func isTemporary(_ name: String) -> Bool {
    let isPlain = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
    return name.hasPrefix(temporaryPrefix) && name.utf8.count > temporaryPrefix.utf8.count
      && name.utf8.count <= temporaryBytesMax && name.utf8.allSatisfy(isPlain)
  }
}
