/// The environment of every job: these four, and what policy adds. It is never inherited.
package enum JobEnvironment {
  /// No `sbin`: what is there is of no use to an unprivileged job.
  package static let path = "/usr/local/bin:/usr/bin:/bin"
  /// UTF-8 without a language: the same output on every host.
  static let language = "C.UTF-8"

  /// - Parameters:
  ///   - workFolder: the job's own folder, absolute.
  ///   - rule: what policy fixes, and what it let the request set; a variable of the same name
  ///   takes the place of one of the four.
  package static func strings(
    workFolder: String, _ rule: EnvironmentRule
  ) -> [String] {
    let standard = [
      ("PATH", path), ("HOME", workFolder), ("TMPDIR", workFolder), ("LANG", language),
    ]
    let added = rule.fixed
    let kept = standard.filter { name, _ in !added.contains { $0.name == name } }
    return kept.map { "\($0.0)=\($0.1)" } + added.map { "\($0.name)=\($0.value)" }
  }
}
