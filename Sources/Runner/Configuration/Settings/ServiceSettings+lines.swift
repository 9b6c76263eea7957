extension ServiceSettings {
  /// Each setting and its value, as text to compare: what only a restart changes. `callbacks`,
  /// `principals` and `pools` are not among them: a reload takes them, and secrets are never text
  /// again.
  var rows: [(key: String, value: String)] {
    [
      ("port", "\(port)"), ("interface", interface), ("listen", "\(listen)"),
      ("tlsCertificate", tlsCertificate ?? ""), ("tlsKey", tlsKey ?? ""),
      ("tlsClientCA", tlsClientCA ?? ""), ("tlsClientCRL", tlsClientCRL ?? ""),
      ("hostNames", hostNames.joined(separator: ",")), ("insecureNoAuth", "\(insecureNoAuth)"),
      ("tokens", tokens ?? ""), ("plainHTTP", "\(plainHTTP)"),
      ("sameUser", "\(sameUser)"), ("keep", "\(keep)"),
      ("keepFor", keepSeconds.map { "\($0)" } ?? ""),
      ("keepBytes", keepBytes.map { "\($0)" } ?? ""), ("running", "\(running)"),
      ("queued", "\(queued)"), ("drainTime", "\(drainSeconds)"),
      ("log.format", logFormat), ("log.level", logLevel),
      ("audit.folder", auditFolder ?? ""), ("audit.size", "\(auditBytes)"),
      ("audit.keep", "\(auditKept)"),
      ("idRange", explicitIDRange.map { "\($0.lowerBound)-\($0.upperBound)" } ?? ""),
      ("workFolder", workFolder), ("state", state), ("store", store),
      ("node", node ?? ""), ("launcher", launcher ?? ""),
      ("http.body", "\(httpBody)"), ("http.headers", "\(httpHeaders)"),
      ("http.headerTime", "\(httpHeaderSeconds)"),
      ("http.bodyTime", "\(httpBodySeconds)"), ("http.idle", "\(httpIdleSeconds)"),
      ("http.connections", "\(httpConnections)"),
      ("http.connectionsPerAddress", "\(httpConnectionsPerAddress)"),
      ("http.proxies", proxies.map(\.text).joined(separator: ",")),
      ("http.proxyField", proxyField),
      ("output.perStream", "\(outputPerStream)"), ("output.tail", "\(outputTail)"),
      ("output.total", "\(outputTotal)"),
    ]
  }

  /// All settings of the service, each as a line `key=value`.
  package var lines: String {
    rows.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
  }

  /// Keys whose values are not those of `lines`, which an earlier reading made.
  package func changes(since lines: String) -> [String] {
    let old = Set(lines.split(separator: "\n"))
    return rows.filter { !old.contains(Substring("\($0.key)=\($0.value)")) }.map(\.key)
  }
}
