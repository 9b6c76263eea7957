internal import Glibc
internal import NetworkBase
internal import RunnerAccess
internal import RunnerCore

/// `http-runner certificate`: a private authority, and certificates of the server and of clients.
enum CertificateCommand {
  static let help = """
    Usage: http-runner certificate --out FOLDER [NAME...] [--days DAYS]
           http-runner certificate --out FOLDER --client NAME [--client NAME]... [--days DAYS]
           http-runner certificate --out FOLDER --revoke NAME [--revoke NAME]...

    Makes a private certificate authority (ca.pem, ca-key.pem) with an empty revocation list
    (ca.crl), where FOLDER has none, and with it the certificate of the server (server.pem,
    server-key.pem) for each NAME: host names and addresses, by default those that it had, or those
    of this host. Run it again to renew; a running service takes that up when it reloads (SIGHUP).
    Prints the line that a client needs.

      --out FOLDER     Where the files are, and are written
      --client NAME    Make the certificate of a client, NAME.pem and NAME-key.pem, and no other
      --revoke NAME    Put all certificates of that client on the list that --tls-client-crl reads
      --days DAYS      How long certificates last, 1 to 825 (default 397); an authority 3650
      --crl-url URL    Where clients find the list, for the certificates that are made

    Exit code: 0, 64 the command line is wrong, 71 a file cannot be read or written.

    """

  /// Name of the file with the revocation list.
  private static let revocations = "ca.crl"
  /// Days for which an authority is made.
  private static let authorityDays = 3650

  static func run(_ arguments: [String]) -> Int32 {
    let log = ServiceLog()
    do {
      let options = try CertificateOptions(arguments)
      print(try make(options, at: SystemClock().now()), terminator: "")
      return ExitCode.ok.rawValue
    } catch let error as OptionError {
      log.log(.error, "certificate.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    } catch {
      let text = (error as? CertificateFailure)?.text ?? "\(error)"
      log.log(.error, "certificate.refused", text)
      return ExitCode.systemRefused.rawValue
    }
  }

  /// - Returns: what is printed.
  private static func make(_ options: CertificateOptions, at now: Timestamp) throws -> String {
    let folder = try CertificateFolder(options.folder)
    if !options.revoked.isEmpty, try folder.read("ca.pem") == nil {
      throw CertificateFolder.Failure(
        description: "\(folder.path) has no ca.pem: there is no authority that could revoke.")
    }
    let authority = try authority(in: folder, at: now)
    if !options.revoked.isEmpty { return try revoke(options.revoked, folder, authority, at: now) }
    // An empty list first: a service can be told of it before a client is revoked.
    if try folder.read(revocations) == nil {
      try folder.write(
        try authority.revocationList(adding: [], to: nil, at: now), to: revocations, mode: 0o644)
    }
    // Clocks of clients may be a little behind.
    let start = now.adding(seconds: -300)
    let end = now.adding(seconds: Double(options.days) * 86_400)
    if options.clients.isEmpty {
      let names = try serverNames(options, folder)
      guard let first = names.first.map(text(of:)) else {
        throw CertificateFolder.Failure(
          description: "This host has no name and no address: say them as NAME.")
      }
      try write(
        try authority.issue(
          .server, subject: first, names: names, from: start, until: end,
          revocationsAt: options.revocationURL), "server", folder)
      let host = first.contains(":") ? "[\(first)]" : first
      return "curl --cacert \(folder.file("ca.pem")) https://\(host):9000/jobs\n"
    }
    return try options.clients.map { name in
      let subject: SubjectName = name.contains("@") ? .mail(name) : .dns(name)
      let issued = try authority.issue(
        .client, subject: name, names: [subject], from: start, until: end,
        revocationsAt: options.revocationURL)
      // Before the certificate: one that the index does not have could never be revoked by name.
      var index = try index(of: folder)
      index.add(try row(of: issued.certificate, name))
      try folder.write(index.bytes(at: now), to: CertificateTable.file, mode: 0o600)
      try write(issued, name, folder)
      return "curl --cacert \(folder.file("ca.pem")) --cert \(folder.file("\(name).pem"))"
        + " --key \(folder.file("\(name)-key.pem")) https://HOST:9000/jobs\n"
    }.joined()
  }

  /// - Returns: what is printed.
  private static func revoke(
    _ names: [String], _ folder: CertificateFolder, _ authority: CertificateAuthority,
    at now: Timestamp
  ) throws -> String {
    let index = try index(of: folder)
    let serials = try names.flatMap { name in
      var serials = index.serials(of: name)
      // One that was made before there was an index.
      if let last = try folder.read("\(name).pem") {
        serials.append(try row(of: last, name).serial)
      }
      guard !serials.isEmpty else {
        throw CertificateFolder.Failure(
          description: "\(folder.path) has no certificate of a client `\(name)` that still lasts.")
      }
      return serials
    }
    let list = try authority.revocationList(
      adding: serials, to: try folder.read(revocations), at: now)
    try folder.write(list, to: revocations, mode: 0o644)
    return "\(folder.file(revocations)) has \(names.joined(separator: ", ")) now. A service with "
      + "--tls-client-crl \(folder.file(revocations)) refuses it from its next reload on.\n"
  }

  private static func index(of folder: CertificateFolder) throws -> CertificateTable {
    try folder.read(CertificateTable.file).map { try CertificateTable($0) } ?? CertificateTable()
  }

  private static func row(of pem: [UInt8], _ name: String) throws -> CertificateTable.Row {
    let certificate = try Certificate(pem: pem)
    return CertificateTable.Row(
      end: certificate.end, serial: try certificate.serial(), name: name)
  }

  private static func authority(
    in folder: CertificateFolder, at now: Timestamp
  ) throws -> CertificateAuthority {
    switch (try folder.read("ca.pem"), try folder.read("ca-key.pem")) {
    case (let certificate?, let key?):
      let authority = try CertificateAuthority(certificate: certificate, key: key)
      guard now < authority.end else {
        throw CertificateFolder.Failure(
          description: "The authority of \(folder.path) ended \(authority.end). Move ca.pem and "
            + "ca-key.pem away for a new one, which each client needs then.")
      }
      return authority
    case (nil, nil):
      let made = try CertificateAuthority(
        name: "http-runner of \(OwnHostName.read() ?? "this host")",
        from: now.adding(seconds: -300),
        until: now.adding(seconds: Double(authorityDays) * 86_400))
      try write(try made.pem(), "ca", folder)
      return made
    default:
      throw CertificateFolder.Failure(
        description: "\(folder.path) has one of ca.pem and ca-key.pem, and needs both.")
    }
  }

  /// What is said, or else what the last certificate had, or else what this host has.
  private static func serverNames(
    _ options: CertificateOptions, _ folder: CertificateFolder
  ) throws -> [SubjectName] {
    guard options.names.isEmpty else { return options.names }
    if let last = try folder.read("server.pem") { return try Certificate(pem: last).names }
    var names: [SubjectName] = []
    if let own = OwnHostName.read()?.lowercased() {
      names.append(.dns(own))
      if let label = own.split(separator: ".").first { names.append(.dns("\(label).local")) }
    }
    names.append(.dns("localhost"))
    let addresses = (LocalAddresses.all() ?? []).filter { !$0.isLinkLocal }
    for address in addresses where !names.contains(.address(address.bytes)) {
      names.append(.address(address.bytes))
    }
    return names
  }

  /// The key first: a certificate is never without the key that it needs for longer than a rename.
  private static func write(
    _ issued: IssuedCertificate, _ name: String, _ folder: CertificateFolder
  ) throws {
    try folder.write(issued.key, to: "\(name)-key.pem", mode: 0o600)
    try folder.write(issued.certificate, to: "\(name).pem", mode: 0o644)
  }

  private static func text(of name: SubjectName) -> String {
    switch name {
    case .dns(let text), .mail(let text), .uri(let text): text
    case .address(let bytes): NetworkAddress(bytes: bytes).map { "\($0)" } ?? ""
    }
  }
}
