/// docs/promises.md: the numbered table of promises, each with the tests that prove it.
struct PromisePage {
  let promises: [Promise]
  let marks: [PromiseMark]

  private static let heads: [Promise.Section: String] = [
    .promise: """
    ## Promises

    | number | promise | mechanism | tests | twins |
    | --- | --- | --- | --- | --- |
    """,
    .attack: """
    ## Line by line

    What an attacker would try first, and what people would miss first. It must fail, and leave \
    nothing.

    | number | attempt | tests | twins |
    | --- | --- | --- | --- |
    """,
    .work: """
    ## What must work, unmodified

    | number | work | tests | twins |
    | --- | --- | --- | --- |
    """,
  ]

  /// The page as it should be.
  var text: String {
    let opening = """
      # Promises

      Each promise has a number that is never given to another one. Its tests show that it holds; \
      its twins show that the same attempt succeeds where nothing stands in its way. Run them with \
      `make promise P=017`, as root; it fails if a test did not run. `make test` writes the result \
      of each promise to `.build/report/report.json`.

      Made from [promises.json](promises.json) and the comments `// Proves` and `// Twin of` above \
      the tests by `make docs`. Do not edit it by hand. What is not promised is in \
      [SECURITY.md](../SECURITY.md).
      """
    let reasons = Promise.Reason.allCases.map { "- **\($0.rawValue)**: \($0.sentence)" }
    let closing =
      "## Without a twin\n\nWhy some promises have none:\n\n" + reasons.joined(separator: "\n")
    let sections = Promise.Section.allCases.map { section in
      let rows = promises.filter { $0.section == section }.map(row)
      return ([Self.heads[section] ?? ""] + rows).joined(separator: "\n")
    }
    return ([opening] + sections + [closing]).joined(separator: "\n\n") + "\n"
  }

  private func row(_ promise: Promise) -> String {
    let tests = links { $0.proves.contains(promise.id) } + (promise.also.map { [$0] } ?? [])
    let twins = links { $0.twinOf.contains(promise.id) }
    let cells =
      [promise.id, promise.promise] + (promise.section == .promise ? [promise.mechanism ?? ""] : [])
      + [
        tests.joined(separator: "<br>"),
        twins.isEmpty ? promise.withoutTwin?.rawValue ?? "" : twins.joined(separator: "<br>"),
      ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private func links(_ isWanted: (PromiseMark) -> Bool) -> [String] {
    marks.filter(isWanted).map { mark in
      let file = mark.path.split(separator: "/").last ?? ""
      return "`\(mark.test)` ([\(file.prefix { $0 != "." })](../\(mark.path)))"
    }
  }

  /// What is wrong between the list of promises and the marks of the tests.
  var findings: [Finding] {
    let known = Set(promises.map(\.id))
    let strangers = marks.flatMap { mark in
      (mark.proves + mark.twinOf).filter { !known.contains($0) }.map {
        Finding(
          path: mark.path, line: 0,
          message: "`\(mark.test)` is marked with \($0), which docs/promises.json does not have")
      }
    }
    return strangers + numbering + promises.flatMap(gaps)
  }

  private var numbering: [Finding] {
    promises.enumerated().filter { index, promise in
      let earlier = promises[..<index].map(\.id)
      return !PromiseMark.isNumber(promise.id) || earlier.contains { $0 >= promise.id }
    }.map {
      Self.finding("\($0.element.id) does not follow the number before it: numbers only grow")
    }
  }

  private func gaps(in promise: Promise) -> [Finding] {
    var findings: [Finding] = []
    if !marks.contains(where: { $0.proves.contains(promise.id) }) {
      findings.append(
        Self.finding("\(promise.id) has no test: write `// Proves \(promise.id).` above one"))
    }
    let hasTwin = marks.contains { $0.twinOf.contains(promise.id) }
    if !hasTwin, promise.withoutTwin == nil {
      findings.append(
        Self.finding(
          "\(promise.id) has no twin: a test that never saw the attempt succeed proves nothing."
            + " Write `// Twin of \(promise.id).` above one, or give the reason as `withoutTwin`"))
    }
    if hasTwin, let reason = promise.withoutTwin {
      findings.append(
        Self.finding("\(promise.id) has a twin: take `withoutTwin` (\(reason)) away"))
    }
    if promise.section == .promise, promise.mechanism == nil {
      findings.append(Self.finding("\(promise.id) names no mechanism"))
    }
    return findings
  }

  /// Promises that a summary with numbers and ranges ("P-001 to P-006, P-017") leaves out, and
  /// numbers of it that no promise has.
  func gaps(inSummary text: String) -> [Finding] {
    let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init)
    var named: Set<Int> = []
    for (index, word) in words.enumerated() {
      guard let last = PromiseMark.number(word) else { continue }
      let isRange = index > 1 && words[index - 1] == "to"
      let first = isRange ? PromiseMark.number(words[index - 2]) ?? last : last
      named.formUnion(min(first, last)...last)
    }
    let known = Set(promises.compactMap { PromiseMark.number($0.id) })
    let wanted = promises.filter { $0.section == .promise }.compactMap { PromiseMark.number($0.id) }
    return wanted.filter { !named.contains($0) }.map {
      Self.finding("promise number \($0) is in no row of SECURITY.md")
    }
      + named.subtracting(known).sorted().map {
        Self.finding("SECURITY.md has number \($0), which no promise has")
      }
  }

  private static func finding(_ message: String) -> Finding {
    Finding(path: "docs/promises.json", line: 0, message: message)
  }
}
