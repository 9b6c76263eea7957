import CCurl

/// libcurl's own reading of a URL, so that what is judged and what is connected to are the same.
///
/// SAFETY: it owns its handle, from `init` to `deinit`.
@safe struct CurlURL: ~Copyable {
  private let handle: OpaquePointer

  /// Parses a URL.
  ///
  /// - Throws: `CurlFailure` with what is wrong with `text`.
  static func parse(_ text: String) throws(CurlFailure) -> CurlURL {
    guard let handle = unsafe curl_url() else { throw CurlFailure("Out of memory") }
    let url = unsafe CurlURL(adopting: handle)
    // Non-ASCII bytes of path and query become %XX, as receivers expect them.
    try url.set(CURLUPART_URL, to: text, flags: ccurl_url_encode)
    return url
  }

  private init(adopting handle: OpaquePointer) {
    unsafe self.handle = handle
  }

  deinit {
    unsafe curl_url_cleanup(handle)
  }

  /// Sets `part`, or removes it when `text` is nil.
  func set(_ part: CURLUPart, to text: String?, flags: UInt32 = 0) throws(CurlFailure) {
    let code =
      if let text {
        unsafe curl_url_set(handle, part, text, flags)
      } else {
        unsafe curl_url_set(handle, part, nil, flags)
      }
    try CurlFailure.check(code)
  }

  /// Whether the URL has `part`, be it empty.
  func has(_ part: CURLUPart) -> Bool {
    do throws(CurlFailure) {
      _ = try text(of: part)
      return true
    } catch {
      return false
    }
  }

  /// The text of `part`.
  ///
  /// - Throws: `CurlFailure` also when the URL has no such part.
  func text(of part: CURLUPart, flags: UInt32 = 0) throws(CurlFailure) -> String {
    var text: UnsafeMutablePointer<CChar>?
    try CurlFailure.check(unsafe curl_url_get(handle, part, &text, flags))
    guard let text = unsafe text else { throw CurlFailure("Out of memory") }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }
}
