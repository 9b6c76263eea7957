extension KernelFile {
  func write(to writer: inout WireWriter) {
    writer.string(path)
    switch content {
    case .text(let text):
      writer.u32(0)
      writer.string(text)
    case .link(let target):
      writer.u32(1)
      writer.string(target)
    }
  }

  static func list(from cursor: inout WireCursor) throws(WireError) -> [KernelFile] {
    let files = try cursor.list("kernel files") { cursor throws(WireError) in
      let path = try cursor.string("path", bytesMax: EntryWire.pathBytesMax)
      let type = try cursor.u32()
      let content = try cursor.string("content", bytesMax: contentBytesMax)
      switch type {
      case 0: return KernelFile(path: path, content: .text(content))
      case 1: return KernelFile(path: path, content: .link(content))
      default: throw .badValue("kernel files")
      }
    }
    guard areConfined(files) else { throw .badValue("kernel files") }
    return files
  }
}
