import CDocuments

/// A file of the dashboard, as it was when the program was built.
enum DashboardFile: String, CaseIterable, Sendable {
  case page = "index.html"
  case style = "style.css"
  case icon = "icon.svg"
  case main = "main.js"
  case api = "api.js"
  case stream = "stream.js"
  case worker = "worker.js"
  case list = "list.js"
  case job = "job.js"
  case log = "log.js"
  case form = "form.js"
  case figures = "figures.js"
  case text = "text.js"
  case format = "format.js"

  /// The media type of its content.
  var contentType: String {
    if rawValue.hasSuffix(".js") { return "text/javascript; charset=utf-8" }
    if rawValue.hasSuffix(".css") { return "text/css; charset=utf-8" }
    return rawValue.hasSuffix(".svg") ? "image/svg+xml" : "text/html; charset=utf-8"
  }

  /// Its content.
  var bytes: [UInt8] {
    var count: UInt64 = 0
    // SAFETY: the function reads a string that ends in a zero, writes one number, and returns
    // constant memory of that many bytes, which is copied; null with 0 for a name that it has not.
    let start = unsafe documents_dashboard(rawValue, &count)
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
  }

  /// All, each with the tag of its content.
  static let contents: [DashboardFile: (bytes: [UInt8], tag: EntityTag)] = Dictionary(
    uniqueKeysWithValues: allCases.map { file in
      let bytes = file.bytes
      return (file, (bytes, EntityTag(ofConstant: bytes)))
    })
}
