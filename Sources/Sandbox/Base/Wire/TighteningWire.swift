/// What a request makes stricter, as bytes, and back. What is not asked for is the largest number.
enum TighteningWire {
  static func write(_ request: LaunchTightening, to writer: inout WireWriter) {
    let limits = request.limits.sorted { $0.key.rawValue < $1.key.rawValue }
    writer.list(limits) { writer, limit in
      writer.u32(limit.key.rawValue)
      writer.u64(limit.value)
    }
    writer.u64(request.memoryBytes ?? .max)
    writer.u64(request.processes ?? .max)
    writer.u32(request.wallClockSeconds ?? .max)
    writer.list(request.environment) { writer, variable in
      writer.string(variable.name)
      writer.string(variable.value)
    }
  }

  static func read(from cursor: inout WireCursor) throws(WireError) -> LaunchTightening {
    var request = LaunchTightening()
    let limits = try cursor.list("limit") { (cursor) throws(WireError) in
      guard let resource = ResourceLimit.Resource(rawValue: try cursor.u32()) else {
        throw .badValue("limit")
      }
      return (resource, try cursor.u64())
    }
    for (resource, value) in limits {
      guard request.limits.updateValue(value, forKey: resource) == nil else {
        throw .badValue("limit")
      }
    }
    let memory = try cursor.u64()
    let processes = try cursor.u64()
    let seconds = try cursor.u32()
    request.memoryBytes = memory == .max ? nil : memory
    request.processes = processes == .max ? nil : processes
    request.wallClockSeconds = seconds == .max ? nil : seconds
    request.environment = try cursor.list("environment") { (cursor) throws(WireError) in
      EnvironmentRule.Variable(
        name: try cursor.string("name", bytesMax: 128),
        value: try cursor.string("value", bytesMax: EnvironmentRule.valueBytesMax))
    }
    return request
  }
}
