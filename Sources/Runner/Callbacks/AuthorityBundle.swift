import Glibc

/// The file with the certificates of all authorities that the host trusts, as
/// update-ca-certificates(8) makes it.
///
/// Debian's libcurl with GnuTLS knows only the folder of that file (CURLOPT_CAPATH(3)), and GnuTLS
/// parses all of it for each connection: some 280 files, which have each authority three times.
enum AuthorityBundle {
  static let path = "/etc/ssl/certs/ca-certificates.crt"

  /// Whether it can be read; where it cannot, the folder is what is left.
  static var isReadable: Bool {
    // SAFETY: Swift keeps the text until the call returns that reads it (access(2)).
    unsafe access(path, R_OK) == 0
  }
}
