package import TextFormats

/// The files of a job as JSON.
package enum JobFileDocument {
  /// Writes the kept files of a job: an array of `{"name","bytes","sha256"}`.
  package static func write(_ files: [JobFile], to writer: inout JSONWriter) {
    writer.beginArray()
    for file in files {
      writer.beginObject()
      writer.key("name")
      writer.string(file.name.text)
      writer.key("bytes")
      writer.number(file.byteCount)
      writer.key("sha256")
      writer.string(file.digestText)
      writer.endObject()
    }
    writer.endArray()
  }

  /// Writes what was sent for a job: an array of `{"name","bytes","complete"}`.
  package static func write(_ files: [UploadedFile], to writer: inout JSONWriter) {
    writer.beginArray()
    for file in files { write(file, to: &writer) }
    writer.endArray()
  }

  /// Writes one file that was sent.
  package static func write(_ file: UploadedFile, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.string(file.name.text)
    writer.key("bytes")
    writer.number(file.byteCount)
    writer.key("complete")
    writer.bool(file.isWhole)
    writer.endObject()
  }
}
