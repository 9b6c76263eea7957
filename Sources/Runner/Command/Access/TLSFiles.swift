internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxClient

/// The files of TLS: read with privilege at the start and in a reload's compiler, taken from what
/// the compiler sent in the service.
struct TLSFiles {
  /// Days before its end from which a certificate is warned of.
  private static let warningDays = 21
  /// The longest of them.
  private static let bytesMax = 4 << 20
  /// Names among what a reload's compiler sends, in the order of `paths`.
  private static let attachments = ["tls.certificate", "tls.key", "tls.clientCA", "tls.clientCRL"]

  /// Contents by the names of `attachments`.
  let contents: [String: [UInt8]]

  /// Reads them with privilege.
  ///
  /// - Returns: nil where there is no TLS.
  /// - Throws: `StartFailure` that names the file and the remedy.
  static func read(
    _ service: ServiceSettings, _ credentials: CredentialFolder
  ) throws(StartFailure) -> TLSFiles? {
    guard service.tlsCertificate != nil else { return nil }
    var contents: [String: [UInt8]] = [:]
    for (name, setting) in zip(attachments, paths(service)) {
      guard let setting else { continue }
      let path = try credentials.path(of: setting)
      let file: ConfigurationFile
      do throws(ConfigurationRefusal) {
        file = try ConfigurationFile.read(path, mustBeSafe: true, bytesMax: bytesMax)
      } catch {
        throw .configuration(error.lines(file: path).joined(separator: "\n"))
      }
      guard setting != service.tlsKey || !file.isOpen else {
        throw .configuration(
          "\(path): group or others may read the private key. Take that away: chmod go-r; and make "
            + "a new one if anybody could have read it.")
      }
      guard file.bytes.count <= bytesMax else {
        throw .configuration("\(path) is longer than \(bytesMax) bytes.")
      }
      contents[name] = file.bytes
    }
    return TLSFiles(contents: contents)
  }

  /// Takes them from what a reload's compiler sent.
  ///
  /// - Returns: nil where there is no TLS.
  static func received(
    _ compiled: CompiledConfiguration, _ service: ServiceSettings
  ) -> TLSFiles? {
    guard service.tlsCertificate != nil else { return nil }
    return TLSFiles(contents: compiled.attachments.filter { attachments.contains($0.key) })
  }

  /// What the service proves itself with.
  ///
  /// - Throws: `StartFailure` for files that do not fit together; nothing that was missing makes a
  ///   service that asks for less.
  func credentials(_ service: ServiceSettings) throws(StartFailure) -> TLSCredentials {
    let paths = Self.paths(service)
    for (name, path) in zip(Self.attachments, paths) where path != nil && contents[name] == nil {
      throw .system("The launcher sent a table without \(path ?? name).")
    }
    let files = Self.attachments.map { contents[$0] }
    do throws(TLSFileError) {
      return try TLSCredentials(
        certificate: files[0] ?? [], key: files[1] ?? [], clientAuthorities: files[2],
        revocations: files[3])
    } catch {
      let path =
        switch error.file {
        case .certificate: "\(paths[0] ?? "") with \(paths[1] ?? "")"
        case .clientAuthorities: paths[2] ?? ""
        case .revocations: paths[3] ?? ""
        }
      throw .configuration(
        "\(path) cannot be used: \(error.text) `http-runner certificate` makes working ones.")
    }
  }

  /// Warns of a certificate that ends soon, or has.
  func warnOfEnd(_ service: ServiceSettings, at now: Timestamp, _ log: ServiceLog) {
    let certificate: Certificate
    do throws(CertificateFailure) {
      certificate = try Certificate(pem: contents[Self.attachments[0]] ?? [])
    } catch {
      return  // `credentials` says what is wrong with it.
    }
    guard certificate.end < now.adding(seconds: Double(Self.warningDays) * 86_400) else { return }
    let path = service.tlsCertificate ?? ""
    log.log(
      .warning, "certificate.ending",
      "\(path) ends \(certificate.end): clients refuse it then. Renew it, and reload.",
      ["file": .text(path)])
  }

  private static func paths(_ service: ServiceSettings) -> [String?] {
    [service.tlsCertificate, service.tlsKey, service.tlsClientCA, service.tlsClientCRL]
  }
}
