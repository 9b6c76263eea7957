internal import CLinux
internal import SystemBase

/// The names in a folder, read from its descriptor (getdents64(2)).
package struct FolderListing {
  /// Bytes rather than text: a job may name a file in any bytes but `/` and NUL.
  package typealias Name = [CChar]

  private var buffer = [UInt8](repeating: 0, count: 32 << 10)

  /// A listing that has read nothing yet.
  package init() {}

  /// The next names, without `.` and `..`; empty at the end.
  ///
  /// - Throws: `SystemCallFailure` of getdents64(2).
  package mutating func next(of fd: CInt) throws(SystemCallFailure) -> [Name] {
    while true {
      // SAFETY: getdents64(2) writes at most `part.count` bytes, the size of the buffer.
      let count = unsafe buffer.withUnsafeMutableBufferPointer { part in
        unsafe linux_getdents64(fd, part.baseAddress!, UInt32(part.count))
      }
      try checked("getdents64", count)
      guard count > 0 else { return [] }
      let names = Self.parse(buffer[..<Int(count)])
      if !names.isEmpty { return names }
    }
  }

  /// All names in the folder at `path`, those that are no UTF-8 left out.
  ///
  /// - Throws: `SystemCallFailure` of openat(2) or getdents64(2).
  package static func names(in path: String) throws(SystemCallFailure) -> [String] {
    let folder = try File.open(path, LINUX_OPEN_FOLDER)
    var listing = FolderListing()
    var all: [String] = []
    while true {
      let names = try listing.next(of: folder.fd)
      guard !names.isEmpty else { return all }
      all += names.compactMap { name in
        String(validating: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
  }

  /// struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, then the name and NUL.
  private static func parse(_ bytes: ArraySlice<UInt8>) -> [Name] {
    let nameOffset = 19
    var names: [Name] = []
    var rest = bytes
    while rest.count > nameOffset {
      let start = rest.startIndex
      let length = Int(rest[start + 16]) | Int(rest[start + 17]) << 8
      guard length > nameOffset, length <= rest.count else { break }
      let name = rest[(start + nameOffset)..<(start + length)].prefix { $0 != 0 }
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) {
        names.append(name.map { CChar(bitPattern: $0) } + [0])
      }
      rest = rest.dropFirst(length)
    }
    return names
  }
}
