import TextFormats

/// What a job waits for, as a text.
enum WaitText {
  /// What each reason of the service means to people.
  private static let sentences = [
    "after": "for another job", "notBefore": "for its time", "retry": "for its next try",
    "window": "for the window of its entry", "paused": "while the queue is paused",
    "draining": "for the next start of the service", "paths": "for paths that are not there",
    "quota": "at the quota of running jobs", "pool": "for a slot of its pool",
    "entry": "for a slot of its entry", "store": "for the store", "slots": "for a slot",
  ]

  /// In a column of 11: `queued`, or what else than a slot it waits for.
  static func state(_ reason: String) -> String {
    reason == "slots" ? "queued" : TerminalOutput.plain(String(reason.prefix(11)))
  }

  /// `for a slot, place 3`, `for its time, 2026-01-31T09:05:07.000Z`; nil for no member.
  static func text(of wait: JSONNode?) -> String? {
    guard let reason = wait?["for"]?.text else { return nil }
    var text = sentences[reason] ?? TerminalOutput.plain("for \(reason)")
    if let place = wait?["place"]?.integer { text += ", place \(place)" }
    if let until = wait?["until"]?.text { text += ", \(TerminalOutput.plain(until))" }
    return text
  }

  /// `2 for another job, 5 for a slot`; empty where none waits.
  static func counts(_ counts: JSONNode?) -> String {
    guard case .object(let members)? = counts?.content else { return "" }
    return members.compactMap { member in
      member.value.integer.map {
        "\($0) \(sentences[member.key] ?? TerminalOutput.plain("for \(member.key)"))"
      }
    }.joined(separator: ", ")
  }
}
