@testable import RunnerCore
@testable import RunnerHTTP

/// Forms with files.
extension FuzzTarget {
  static let forms = [form]

  private static let messages = "Sources/Runner/HTTP/Messages/"

  private static let form = FuzzTarget(
    "form",
    of: [
      "\(messages)MultipartParser.swift", "\(messages)FormPartHead.swift",
      "\(messages)ParameterParser.swift", "\(messages)FormBoundary.swift",
      "Sources/Runner/HTTP/Routes/FormFields.swift",
    ], bytesMax: 1024,
    seeds: [
      "--b\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n{\"command\":\"c\"}\r\n--b--\r\n",
      "--b\r\nContent-Disposition: form-data; name=files; filename=\"a %22\\\".bin\"\r\n"
        + "Content-Type: a/b\r\n\r\n\r\n-\r\n--\r\n--b--",
      "--b\r\nContent-Disposition: form-data; name=\"arg\"\r\n\r\nx\r\n--b\r\n"
        + "Content-Disposition: form-data; name=\"limits.cpu\"\r\n\r\n7\r\n--b--\r\n",
      "multipart/form-data; boundary=\"a b\"", "multipart/form-data; charset=x; boundary=--b",
    ].map { Array($0.utf8) }
  ) { bytes in
    if let boundary = FormBoundary(contentType: String(decoding: bytes, as: UTF8.self)) {
      hold((1...70).contains(boundary.text.utf8.count), "a boundary is bounded")
    }
    let whole = events(bytes, cutAt: bytes.count)
    let cut = events(bytes, cutAt: bytes.count / 2)
    hold((whole == nil) == (cut == nil), "a form is one however it is cut")
    guard let whole, let cut else { return }
    hold(whole == cut, "a form says the same however it is cut")
    hold(whole.last == .end, "a form has an end")
    var fields = FormFields()
    var name: String?
    var contentBytes = 0
    for event in whole {
      switch event {
      case .part(let head):
        name = head.fileName == nil ? head.name : nil
        hold(head.name.utf8.count <= bytes.count, "a name was sent")
      case .bytes(let content):
        contentBytes += content.count
        if let name { try? fields.add(name, content) }
      case .partEnd, .end: name = nil
      }
    }
    hold(contentBytes < bytes.count, "content was sent")
    _ = try? fields.submission()
  }

  /// The events of a form in two pieces, those of bytes joined; nil where it is none.
  private static func events(_ bytes: [UInt8], cutAt cut: Int) -> [MultipartParser.Event]? {
    guard let boundary = FormBoundary(contentType: "multipart/form-data; boundary=b") else {
      return nil
    }
    var parser = MultipartParser(boundary)
    var events: [MultipartParser.Event] = []
    for piece in [Array(bytes[..<cut]), Array(bytes[cut...]), nil] {
      if let piece { parser.append(piece) } else { parser.finish() }
      do {
        while let event = try parser.next() {
          if case .bytes(let more) = event, case .bytes(let before)? = events.last {
            events[events.count - 1] = .bytes(before + more)
          } else {
            events.append(event)
          }
        }
      } catch {
        return nil
      }
    }
    return events
  }
}
