internal import RunnerCore
internal import SandboxBase

/// Results of jobs, and what counts as success.
extension EntryRules {
  /// What becomes of results, with the check that its two settings make.
  var effectiveResults: EntryResults {
    var results = settings.results
    results.check = settings.checkEntry.map {
      EntryResults.Check(entry: $0, arguments: settings.checkArguments)
    }
    return results
  }

  mutating func checkResults() {
    let hasOutputs = settings.argumentRules.hasOutputs
    if hasOutputs, policy.writePaths.isEmpty {
      refuse(
        "arguments.allow",
        "A result has to be in a folder of `write`, and the entry has none. Name the folder.")
    }
    if settings.deniedPatterns.contains(where: \.source.isOutputPattern) {
      refuse("arguments.deny", "A result is allowed, never denied. Write {path:write}.")
    }
    for key in ["results.existing", "results.mode", "results.group", "results.partial"]
    where positions.own[key] != nil && !hasOutputs {
      refuse(key, "No argument is a result. Write {output:write} for one in arguments.allow.")
    }
    if settings.results.successCodes.isEmpty {
      refuse("success.codes", "No exit code is left by which a job could succeed.")
    }
    for (index, phrase) in settings.results.stderrMustNot.enumerated()
    where phrase.isEmpty || phrase.utf8.count > EntryResults.phraseBytesMax {
      refuse(
        "success.stderrMustNot[\(index)]",
        "A text has 1 to \(EntryResults.phraseBytesMax) bytes.")
    }
    guard positions.own["success.check.arguments"] != nil else { return }
    if settings.checkEntry == nil {
      refuse("success.check.arguments", "They are for success.check.entry, which is not there.")
    }
    let placeholder = EntryResults.Check.pathPlaceholder
    if settings.checkArguments.contains(where: { $0.contains(placeholder) }), !hasOutputs {
      refuse(
        "success.check.arguments",
        "`\(placeholder)` stands for a result, and no argument is one. Write {output:write} in "
          + "arguments.allow.")
    }
  }
}

extension String {
  fileprivate var isOutputPattern: Bool { contains("{output:") }
}
