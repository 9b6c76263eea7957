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
    try checkDoor(options)
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

  /// Who may be served beyond loopback; `ServiceRules` has the same for a file.
  private static func checkDoor(_ options: Options) throws(OptionError) {
    guard !options.insecureNoAuth || options.tokens == nil else {
      throw OptionError(
        what: "--insecure-no-auth",
        why: "It says that nobody is asked who they are, and --tokens says that everyone is.",
        example: "--tokens /etc/http-runner/tokens.json")
    }
    guard options.isOpenToOthers, !options.insecureNoAuth else { return }
    guard options.tokens != nil else {
      throw OptionError(
        what: "-i \(options.interface)",
        why: "Other machines reach this address, and nothing asks them who they are: whoever gets "
          + "there may run the whitelist. Listen on loopback, or make a token (http-runner token "
          + "add NAME) and name its file; --insecure-no-auth serves everyone.",
        example: "-i \(options.interface) --tokens /etc/http-runner/tokens.json --plain-http")
    }
    guard options.plainHTTP else {
      throw OptionError(
        what: "-i \(options.interface)",
        why: "Tokens would go over plain HTTP, where whoever listens on the way reads them. Put a "
          + "TLS proxy before it and say --plain-http as well, or listen on loopback.",
        example: "-i \(options.interface) --tokens /etc/http-runner/tokens.json --plain-http")
    }
  }

  /// The option whose name is most like `name`; nil if none is much like it.
  static func nearest(to name: String) -> OptionRow? {
    let nearest = SpellingSuggestion.nearest(to: name, among: OptionTable.rows.map(\.long))
    return OptionTable.rows.first { $0.long == nearest }
  }
}
