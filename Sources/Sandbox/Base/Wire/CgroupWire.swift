/// Limits of a job as a whole as bytes, and back. A limit that is not set is the largest number.
enum CgroupWire {
  static func write(_ limits: CgroupLimits, to writer: inout WireWriter) {
    writer.u64(limits.memoryBytes)
    writer.u64(limits.swapBytes)
    writer.u64(limits.processes)
    writer.u32(limits.cpuPercent ?? .max)
    writer.u32(limits.cpuWeight)
    writer.u32(limits.ioWeight ?? .max)
    writer.list(limits.devices) { writer, device in
      writer.u32(device.major)
      writer.u32(device.minor)
      for bound in [
        device.readBytes, device.writeBytes, device.readOperations, device.writeOperations,
      ] { writer.u64(bound ?? .max) }
    }
  }

  static func read(from cursor: inout WireCursor) throws(WireError) -> CgroupLimits {
    var limits = CgroupLimits()
    limits.memoryBytes = try cursor.u64()
    limits.swapBytes = try cursor.u64()
    limits.processes = try cursor.u64()
    limits.cpuPercent = optional(try cursor.u32())
    limits.cpuWeight = try cursor.u32()
    limits.ioWeight = optional(try cursor.u32())
    guard (1...10_000).contains(limits.cpuWeight) else { throw .badValue("weight") }
    limits.devices = try cursor.list("device") { cursor throws(WireError) in
      var device = CgroupLimits.Device(major: try cursor.u32(), minor: try cursor.u32())
      device.readBytes = optional(try cursor.u64())
      device.writeBytes = optional(try cursor.u64())
      device.readOperations = optional(try cursor.u64())
      device.writeOperations = optional(try cursor.u64())
      return device
    }
    return limits
  }

  private static func optional<Value: FixedWidthInteger>(_ value: Value) -> Value? {
    value == .max ? nil : value
  }
}
