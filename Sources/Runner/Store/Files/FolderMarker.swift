import Glibc

/// Flags of the state folder as a whole, in a file of one byte, which is written atomically.
final class FolderMarker: Sendable {
  /// Bits of the only byte of the file.
  struct Marks: OptionSet, Sendable {
    let rawValue: UInt8

    /// A store was made here.
    static let used = Marks(rawValue: 1)
    /// Corruption was found, and not yet salvaged.
    static let damaged = Marks(rawValue: 2)
  }

  private let file: Int32

  /// - Parameter file: open for reading and writing, which this closes at its end.
  init(adopting file: Int32) {
    self.file = file
  }

  deinit {
    close(file)
  }

  /// The flags; empty where none were ever written, or where they cannot be read.
  var marks: Marks {
    var byte: UInt8 = 0
    // SAFETY: pread(2) writes at most one byte, to a variable of one byte.
    return unsafe pread(file, &byte, 1, 0) == 1 ? Marks(rawValue: byte) : []
  }

  /// Writes the flags. A failed write is ignored: a full disk is reported by the next larger write.
  func mark(_ marks: Marks) {
    var byte = marks.rawValue
    // SAFETY: pwrite(2) reads one byte, from a variable of one byte.
    guard self.marks != marks, unsafe pwrite(file, &byte, 1, 0) == 1 else { return }
    fdatasync(file)
  }
}
