import CMicroHTTPD

@testable import RunnerHTTP

extension Daemon {
  /// Whether the library refuses malformed requests by itself, with a page of HTML, before any
  /// handler sees them: libmicrohttpd 1.0 and later. Before, `FramingGuard` does, in JSON.
  ///
  /// SAFETY: MHD_get_version(3) answers with a constant of the library, which ends with a zero.
  static let isLibraryStrict = unsafe !String(cString: MHD_get_version()).hasPrefix("0.")
}
