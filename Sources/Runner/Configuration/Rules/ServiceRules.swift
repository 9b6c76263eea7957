import TextFormats

/// Checks across the settings of the service.
enum ServiceRules {
  static func check(
    _ service: ServiceSettings, _ positions: [String: SourcePosition],
    _ problems: inout ProblemList
  ) {
    checkAccess(service, positions, &problems)
    do throws(ValueError) {
      try IDRange.check(service.idRange, running: service.running)
    } catch {
      problems.add(positions["idRange"], "service.idRange", error.why)
    }
  }

  private static func checkAccess(
    _ service: ServiceSettings, _ positions: [String: SourcePosition],
    _ problems: inout ProblemList
  ) {
    for problem in ListenerRules.problems(of: service) {
      problems.add(positions[problem.key], "service.\(problem.key)", problem.fileText)
    }
  }
}
