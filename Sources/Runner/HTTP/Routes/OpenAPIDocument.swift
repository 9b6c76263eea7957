import CDocuments

/// The OpenAPI document of this build.
enum OpenAPIDocument {
  static let bytes: [UInt8] = {
    var count: UInt64 = 0
    // SAFETY: the function writes one number, and returns constant memory of that many bytes, which
    // is copied.
    let start = unsafe documents_openapi(&count)
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
  }()
}
