import TextFormats

/// Checks across the settings of the service.
enum ServiceRules {
  static func check(
    _ service: ServiceSettings, _ positions: [String: SourcePosition],
    _ problems: inout ProblemList
  ) {
    if service.isOpenToOthers, !service.insecureNoAuth {
      problems.add(
        positions["interface"], "service.interface",
        "Other machines reach \(service.interface), and nothing asks them who they are. Listen on "
          + "127.0.0.1, or set insecureNoAuth as well.")
    }
    do throws(ValueError) {
      try IDRange.check(service.idRange, running: service.running)
    } catch {
      problems.add(positions["idRange"], "service.idRange", error.why)
    }
  }
}
