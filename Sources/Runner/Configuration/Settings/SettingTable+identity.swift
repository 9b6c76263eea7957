extension SettingTable {
  /// TLS, and who is known by a connection. Their files are read again at a reload.
  static let identity: [Setting] = [
    .service(
      "tlsCertificate", .text(.file), defaultDescription: "none",
      "PEM file of the certificate chain, for TLS",
      example: #""/etc/http-runner/tls/server.pem""#,
      flag: Setting.Flag("tls-certificate", "FILE", .service)
    ) { $0.tlsCertificate = $1.text },
    .service(
      "tlsKey", .text(.file), defaultDescription: "none", "PEM file of its private key",
      example: #""/etc/http-runner/tls/server-key.pem""#,
      flag: Setting.Flag("tls-key", "FILE", .service)
    ) { $0.tlsKey = $1.text },
    .service(
      "tlsClientCA", .text(.file), defaultDescription: "none",
      "PEM file of authorities of client certificates",
      example: #""/etc/http-runner/tls/ca.pem""#,
      flag: Setting.Flag("tls-client-ca", "FILE", .service)
    ) { $0.tlsClientCA = $1.text },
    .service(
      "tlsClientCRL", .text(.file), defaultDescription: "none",
      "PEM file of their revocation lists", example: #""/etc/http-runner/tls/crl.pem""#,
      flag: Setting.Flag("tls-client-crl", "FILE", .service)
    ) { $0.tlsClientCRL = $1.text },
    .service(
      "principals", .principals, defaultDescription: "none",
      "Who is known by a client certificate, or by a user or group at a unix socket; what each may",
      example: """
        [{name: "media", certificate: "media.lan", may: ["submit", "read"], jobs: "own"}]
        """
    ) { $0.principals = $1.principals },
  ]
}
