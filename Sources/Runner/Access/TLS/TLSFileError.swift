/// Why a file of TLS cannot be used.
package struct TLSFileError: Error, Hashable, Sendable {
  /// The files that TLS is set up with.
  package enum File: Hashable, Sendable {
    /// The certificate of the server, and its key.
    case certificate
    case clientAuthorities
    case revocations
  }

  /// The file with the fault; for a key that does not fit its certificate, the certificate.
  package let file: File
  /// The fault in GnuTLS's words.
  package let text: String

  init(_ file: File, _ text: String) {
    self.file = file
    self.text = text
  }
}
