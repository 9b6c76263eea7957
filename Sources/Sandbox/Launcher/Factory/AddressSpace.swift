internal import CLaunch
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// What a child that is cloned without CLONE_VM gets of the factory's memory (madvise(2),
/// MADV_DONTFORK). The kernel copies each mapping and each page table entry, and each page again
/// when either writes to it: for a sandbox init, which runs a few system calls, that would cost as
/// much as its namespaces.
///
/// SAFETY: an address is compared and never read; the advice changes what a later clone copies, and
/// no memory of this process.
enum AddressSpace {
  private static let mapBytesMax = 1 << 20

  /// One line of /proc/self/maps (proc(5)).
  private struct Mapping {
    let start: UInt64
    let end: UInt64
    let isWritable: Bool
    /// Of a file, or a name of the kernel's in brackets; empty for anonymous memory.
    let path: String

    init?(_ line: Substring) {
      let fields = line.fields(separatedBy: " ").filter { !$0.isEmpty }
      let ends = fields.first?.fields(separatedBy: "-").map { UInt64($0, radix: 16) } ?? []
      guard fields.count > 4, ends.count == 2, let start = ends[0], let end = ends[1] else {
        return nil
      }
      self.start = start
      self.end = end
      self.isWritable = fields[1].utf8.contains(UInt8(ascii: "w"))
      // A file that an upgrade replaced is named with this word behind its path.
      let parts = fields.dropFirst(5)
      self.path = (parts.last == "(deleted)" ? parts.dropLast() : parts).joined(separator: " ")
    }
  }

  /// Excludes all but the program, the code of the C library, the block of sandbox_clone.c and the
  /// thread's own area, in which the kernel notes the processor (rseq(2)). What is mapped later is
  /// copied until the next call.
  ///
  /// - Throws: `SystemCallFailure` of a read of /proc/self/maps, or of madvise(2).
  static func excludeFromCopies() throws(SystemCallFailure) {
    let thread = unsafe UInt64(UInt(bitPattern: __errno_location()))
    let mappings = try mappings()
    let program = mappings.first?.path ?? ""
    for mapping in mappings where !mapping.path.hasPrefix("[v") {
      let isKept =
        mapping.path == program || (mapping.path.hasSuffix("/libc.so.6") && !mapping.isWritable)
        || (mapping.start <= thread && thread < mapping.end)
      if !isKept { try advise(MADV_DONTFORK, mapping.start, mapping.end) }
    }
    let block = sandbox_memory()
    try advise(MADV_DOFORK, block.start, block.start + block.length)
  }

  /// Has all of it copied, for a child that goes on in Swift.
  ///
  /// - Throws: `SystemCallFailure` of a read of /proc/self/maps, or of madvise(2).
  static func includeInCopies() throws(SystemCallFailure) {
    for mapping in try mappings() where !mapping.path.hasPrefix("[v") {
      try advise(MADV_DOFORK, mapping.start, mapping.end)
    }
  }

  private static func mappings() throws(SystemCallFailure) -> [Mapping] {
    let maps = try File.text("/proc/self/maps", bytesMax: mapBytesMax)
    return maps.fields(separatedBy: "\n").compactMap { Mapping($0) }
  }

  private static func advise(
    _ advice: CInt, _ start: UInt64, _ end: UInt64
  ) throws(SystemCallFailure) {
    let answer = unsafe madvise(
      UnsafeMutableRawPointer(bitPattern: UInt(start)), Int(end - start), advice)
    try checked("madvise", "the factory's memory", answer == 0 ? 0 : -errno)
  }
}
