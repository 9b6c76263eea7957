import RunnerAccess
import RunnerCore
import TextFormats

/// Handlers for who looks on: figures of the day, disks, and what a job uses.
extension JobRoutes {
  /// Places of seconds behind the point.
  private static let secondPlaces = 3

  /// `GET /figures`: of the jobs that the caller may see; the disks for operators alone.
  func figures(_ request: Request) async -> Response {
    let caller = request.caller
    let counts = await engine.figures(of: caller.grant.jobs == .own ? request.principal : nil)
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("hours")
    writer.number(24)
    writer.key("since")
    writer.string(engine.started.description)
    for (name, count) in [
      ("succeeded", counts.succeeded), ("failed", counts.failed), ("cancelled", counts.cancelled),
    ] {
      writer.key(name)
      writer.number(count)
    }
    for (name, microseconds) in [
      ("processorSeconds", counts.processorMicroseconds), ("runSeconds", counts.runMicroseconds),
    ] {
      writer.key(name)
      writer.decimal(Double(microseconds) / 1_000_000, places: Self.secondPlaces)
    }
    if caller.grant.allows(.operate) {
      let disks = await monitor.disks(writing: await engine.writePaths())
      Self.write(disks, to: &writer)
    }
    writer.endObject()
    return Response(.ok, .bytes(writer.bytes))
  }

  private static func write(_ disks: [DiskSpace], to writer: inout JSONWriter) {
    writer.key("disks")
    writer.beginArray()
    for disk in disks {
      writer.beginObject()
      writer.key("use")
      writer.string(disk.use.rawValue)
      writer.key("path")
      writer.string(disk.path)
      for (name, bytes) in [
        ("totalBytes", disk.room?.totalBytes), ("freeBytes", disk.room?.freeBytes),
      ] {
        writer.key(name)
        if let bytes { writer.number(bytes) } else { writer.null() }
      }
      writer.endObject()
    }
    writer.endArray()
  }

  /// `GET /<id>/usage`.
  func usage(_ id: JobID) async -> Response {
    await answer { () throws(StoreFailure) in
      switch try await engine.resources(of: id) {
      case .unknown: return .problem(.notFound, nil)
      case .notRunning:
        return .problem(.conflict, "The job does not run: what it used is in its document.")
      case .running(let resources):
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("processorSeconds")
        if let resources {
          writer.decimal(
            Double(resources.processorMicroseconds) / 1_000_000, places: Self.secondPlaces)
        } else {
          writer.null()
        }
        writer.key("memoryBytes")
        if let resources { writer.number(resources.memoryBytes) } else { writer.null() }
        writer.endObject()
        return Response(.ok, .bytes(writer.bytes))
      }
    }
  }
}
