/// Instructions of a filter as bytes, and back.
package enum FilterWire {
  /// Adds a count, and that many instructions of eight bytes.
  package static func write(_ filter: [BPFInstruction], to writer: inout WireWriter) {
    writer.u32(UInt32(filter.count))
    for instruction in filter {
      writer.u32(
        UInt32(instruction.code) | UInt32(instruction.jumpTrue) << 16
          | UInt32(instruction.jumpFalse) << 24)
      writer.u32(instruction.k)
    }
  }

  /// Reads a filter.
  ///
  /// - Throws: `WireError`: `badValue` for more instructions than the kernel takes.
  package static func read(
    from cursor: inout WireCursor
  ) throws(WireError) -> [BPFInstruction] {
    let count = Int(try cursor.u32())
    guard count <= BPFInstruction.countMax else { throw .badValue("filter") }
    var filter: [BPFInstruction] = []
    for _ in 0..<count {
      let head = try cursor.u32()
      filter.append(
        BPFInstruction(
          code: UInt16(truncatingIfNeeded: head), jumpTrue: UInt8(truncatingIfNeeded: head >> 16),
          jumpFalse: UInt8(truncatingIfNeeded: head >> 24), k: try cursor.u32()))
    }
    return filter
  }
}
