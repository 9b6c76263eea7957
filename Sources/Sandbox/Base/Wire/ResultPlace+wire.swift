extension ResultPlace {
  func write(to writer: inout WireWriter) {
    writer.u32(folder)
    for text in [directory, temporaryName, targetName] { writer.string(text) }
  }

  init(from cursor: inout WireCursor) throws(WireError) {
    let place = ResultPlace(
      folder: try cursor.u32(),
      directory: try cursor.string("directory", bytesMax: Self.directoryBytesMax),
      temporaryName: try cursor.string("temporary name", bytesMax: Self.temporaryBytesMax),
      targetName: try cursor.string("target", bytesMax: Self.targetBytesMax))
    guard let place else { throw .badValue("place") }
    self = place
  }
}
