/// The environment of every job: these four and nothing else. It is never inherited.
enum JobEnvironment {
  /// No `sbin`: what is there is of no use to an unprivileged job.
  static let path = "/usr/local/bin:/usr/bin:/bin"
  /// UTF-8 without a language: the same output on every host.
  static let language = "C.UTF-8"

  /// - Parameter workFolder: the job's own folder, absolute.
  static func strings(workFolder: String) -> [String] {
    ["PATH=\(path)", "HOME=\(workFolder)", "TMPDIR=\(workFolder)", "LANG=\(language)"]
  }
}
