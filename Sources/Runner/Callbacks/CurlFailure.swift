import CCurl

/// What libcurl said when it refused a call.
///
/// SAFETY: libcurl's strerror functions return static strings, which are copied at once.
package struct CurlFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// libcurl's own words, for instance `Couldn't resolve host name`.
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Checks the result of a call to an easy handle.
  ///
  /// - Throws: itself, unless `code` says that all went well.
  static func check(_ code: CURLcode) throws(CurlFailure) {
    guard code != CURLE_OK else { return }
    throw CurlFailure(unsafe String(cString: curl_easy_strerror(code)))
  }

  /// Checks the result of a call to a multi handle.
  ///
  /// - Throws: itself, unless `code` says that all went well.
  static func check(_ code: CURLMcode) throws(CurlFailure) {
    guard code != CURLM_OK else { return }
    throw CurlFailure(unsafe String(cString: curl_multi_strerror(code)))
  }

  /// Checks the result of a call that reads or writes a URL.
  ///
  /// - Throws: itself, unless `code` says that all went well.
  static func check(_ code: CURLUcode) throws(CurlFailure) {
    guard code != CURLUE_OK else { return }
    throw CurlFailure(unsafe String(cString: curl_url_strerror(code)))
  }
}
