import CCurl
import Glibc

/// The file of certificate authorities that libcurl reads by default (CURLOPT_CAINFO(3)).
///
/// It holds all that the default folder holds (CURLOPT_CAPATH(3)), which GnuTLS parses as a whole
/// for each connection, each authority twice: without it a connection reads one file instead of
/// some 280.
enum AuthorityBundle {
  /// Whether it is there; where it is not, the folder is what is left.
  static var isReadable: Bool {
    // SAFETY: libcurl returns a table of its own that lasts as long as the process, with a path
    // that ends with NUL, or nil; access(2) reads it during the call.
    unsafe curl_version_info(ccurl_version_now).flatMap { unsafe $0.pointee.cainfo }
      .map { unsafe access($0, R_OK) == 0 } ?? false
  }
}
