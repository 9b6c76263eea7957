internal import RunnerConfiguration

/// What no single value shows to be wrong.
enum OptionRules {
  /// With a file, what stands in it decides as well: `ConfigurationReader` then asks the same.
  ///
  /// - Throws: `OptionError` when the options do not make sense together.
  static func check(_ options: Options) throws(OptionError) {
    guard options.config == nil else { return }
    guard !options.whitelist.isEmpty else {
      throw OptionError(
        what: "-w", why: "Nothing may run without a whitelist; name the programs that may.",
        example: "http-runner -w /usr/bin/ffmpeg,/usr/bin/rake")
    }
    try checkAccess(options)
    do throws(ValueError) {
      try IDRange.check(options.idRange, running: options.running)
    } catch {
      let range = options.idRange
      let enough = IDRange.defaultRange(running: options.running)
      throw OptionError(
        what: "--id-range \(range.lowerBound)-\(range.upperBound)", why: error.why,
        example: "--id-range \(enough.lowerBound)-\(enough.upperBound)")
    }
  }

  /// Who may be served beyond loopback: the same rule as for a file.
  private static func checkAccess(_ options: Options) throws(OptionError) {
    guard let problem = ListenerRules.problems(of: options.service).first else { return }
    let option = SettingTable.all.first { $0.key == problem.key }?.flag?.name ?? problem.key
    throw OptionError(what: "--\(option)", why: problem.why, example: problem.example)
  }

  /// The option whose name is most like `name`; nil if none is much like it.
  static func nearest(to name: String) -> OptionRow? {
    let nearest = SpellingSuggestion.nearest(to: name, among: OptionTable.rows.map(\.long))
    return OptionTable.rows.first { $0.long == nearest }
  }
}
