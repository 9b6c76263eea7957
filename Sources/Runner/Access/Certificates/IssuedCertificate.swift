/// A certificate with its private key, as PEM (RFC 7468).
package struct IssuedCertificate: Sendable {
  /// The certificate.
  package let certificate: [UInt8]
  /// Its private key, which is not encrypted: PKCS #8 (RFC 5958).
  package let key: [UInt8]
}
