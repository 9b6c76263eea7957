/// One option of a command of the client.
package struct ClientOption: Hashable, Sendable {
  /// The name without its dashes.
  package let name: String
  /// What help and manual call the value; nil for an option without one.
  package let placeholder: String?
  /// What it does: a sentence without its full stop.
  package let help: String
  /// Whether it may be given again, for one more of the same.
  package let isRepeatable: Bool

  init(_ name: String, _ placeholder: String? = nil, _ help: String, isRepeatable: Bool = false) {
    self.name = name
    self.placeholder = placeholder
    self.help = help
    self.isRepeatable = isRepeatable
  }

  /// Options of every command that speaks to the service.
  static let connection = [
    ClientOption("server", "PLACE", "Service: https://HOST:PORT, HOST:PORT or unix:/PATH"),
    ClientOption("ca", "FILE", "PEM file of the authorities that its certificate is held against"),
    ClientOption("certificate", "FILE", "PEM file of the client's own certificate"),
    ClientOption("key", "FILE", "PEM file of the key of that certificate"),
  ]

  /// Options of what submits a job.
  static let submission = [
    ClientOption(
      "label", "NAME=VALUE", "Label to find the job by; again for more",
      isRepeatable: true),
    ClientOption(
      "env", "NAME=VALUE", "Variable of its environment; again for more",
      isRepeatable: true),
    ClientOption("timeout", "TIME", "Wall clock of the job: 90s, 5m, 2h"),
    ClientOption("stall-after", "TIME", "End it when it did nothing for so long: 10m"),
    ClientOption("deadline", "WHEN", "Time by which it must have ended, as RFC 3339 has it"),
    ClientOption(
      "after", "ID", "Start when this job has succeeded; again for more", isRepeatable: true),
    ClientOption("not-before", "WHEN", "Time before which it does not start, as RFC 3339 has it"),
    ClientOption("priority", "0-10", "Its place among the own jobs (5)"),
    ClientOption("callback", "URL", "Where the finished job is posted"),
    ClientOption(
      "in", "FILE[:NAME]", "File that is sent for it, under this name; again for more",
      isRepeatable: true),
    ClientOption("no-stdin", nil, "Do not send standard input, which is sent unless a terminal"),
    ClientOption("retry", "TIME", "How long a full queue or disk is tried again (not at all)"),
    ClientOption(
      "idempotency-key", "TEXT", "Key under which it is submitted once (drawn at random)"),
  ]

  static let force = ClientOption("force", nil, "Replace files that are there already")
  static let json = ClientOption("json", nil, "The API's own documents, one a line")
  static let patience = ClientOption(
    "patience", "TIME", "How long a lost connection is tried again (for ever)")
  static let raw = ClientOption("raw", nil, "Keep control characters on a terminal")
}
