internal import RunnerCore
internal import SandboxBase

extension SettingTable {
  private static let modes = [
    "0400", "0440", "0444", "0600", "0640", "0644", "0660", "0664", "0666", "0755", "0775",
  ]

  /// Results of jobs (`{output:write}`), and what counts as success.
  static let results: [Setting] = [
    .entry(
      "results.existing", .choice(["keep", "refuse", "replace"]), defaultValue: #""refuse""#,
      "What becomes of a target that exists: it stays, the job fails, or the result takes its "
        + "place",
      example: #""replace""#
    ) { (settings, value) in
      settings.results.existing = EntryResults.ExistingRule(rawValue: value.text) ?? .refuse
      settings.policy.results.existing =
        switch settings.results.existing {
        case .refuse: .refuse
        case .replace: .replace
        case .keep: .keep
        }
    },
    .entry(
      "results.mode", .choice(modes), defaultDescription: "as the program made it",
      "Permissions of a result", example: #""0664""#
    ) { $0.policy.results.mode = UInt32($1.text, radix: 8) },
    .entry(
      "results.group", .text(.group), defaultDescription: "as the program made it",
      "Group of a result, one of `groups`", example: #""media""#
    ) { $0.resultGroup = $1.text },
    .entry(
      "results.partial", .flag, defaultValue: "false",
      "Keep what a job that failed wrote, under its temporary name", example: "true"
    ) { $0.results.keepsPartial = $1.flag },
    .entry(
      "success.codes", .counts(0...255, countMax: 256), defaultDescription: "[0]",
      "Exit codes by which a job succeeds", example: "[0, 1]"
    ) { $0.results.successCodes = Set($1.numbers.map { UInt8($0) }) },
    .entry(
      "success.stderrMustNot", .texts(.argument, countMax: EntryResults.phrasesMax),
      "Texts that the standard error of a job that succeeds does not have",
      example: #"["File ended prematurely"]"#
    ) { $0.results.stderrMustNot = $1.texts },
    .entry(
      "success.check.entry", .text(.argument), defaultDescription: "none",
      "Alias of the entry whose program judges each result before it gets its name",
      example: #""probe""#
    ) { $0.checkEntry = $1.text },
    .entry(
      "success.check.arguments", .texts(.argument, countMax: 256),
      "Its arguments; `{output}` stands for the path of the result",
      example: #"["-v", "error", "{output}"]"#
    ) { $0.checkArguments = $1.texts },
  ]
}
