/// Why a certificate could not be made or read.
package struct CertificateFailure: Error, Hashable, Sendable {
  /// What was done, and GnuTLS's word for the fault: a sentence.
  package let text: String

  init(_ text: String) {
    self.text = text
  }
}
