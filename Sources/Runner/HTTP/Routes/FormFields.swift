import RunnerCore

/// The texts of a form that submits a job: `job` with the JSON object of `POST /`, or its members
/// each for itself, or both.
///
/// An HTML form sends each of its fields, filled in or not: an empty text is one that is not there,
/// but for `job`, `arg` and `stdin`.
struct FormFields {
  private var members: [JSONValue.Member] = []
  /// Names of `members`, and those of `objects` as `labels.NAME`.
  private var names: Set<String> = []
  /// The text of `job`: fields of a command stand in it; nil where there is none.
  private var job: [UInt8]?
  /// Members that are objects, with their names and values in the order of the form.
  private var objects: [String: [JSONValue.Member]] = [:]
  /// Members that are arrays: those texts that may stand again.
  private var lists: [String: [JSONValue]] = [:]

  /// Members that are texts.
  private static let texts: Set = [
    "command", "args", "callback", "stdin", "stdinBase64", "deadline", "notBefore",
  ]
  private static let numbers: Set = ["timeout", "stallAfter", "priority"]
  private static let flags: Set = ["callbackOutput"]
  /// Names of what may stand again, and of the members that they are in.
  private static let listed = ["arg": "args", "after": "after"]
  /// Members that are objects of texts, or of numbers: `labels.NAME`.
  private static let dotted = ["labels": false, "env": false, "limits": true]

  /// Takes a field.
  ///
  /// - Throws: `Submission.ParseError` for one that is not known, stands twice, or cannot have this
  ///   value.
  mutating func add(_ name: String, _ bytes: [UInt8]) throws(Submission.ParseError) {
    if name == "job" {
      guard job == nil else { throw Self.repeated(name) }
      job = bytes
      return try add(Submission.members(of: bytes))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Submission.ParseError(
        error: "The field is no UTF-8.", field: Submission.shortened(name))
    }
    if let member = Self.listed[name] {
      if text.isEmpty, name != "arg" { return }
      lists[member, default: []].append(.string(text))
      return
    }
    if try addDotted(name, text) { return }
    guard !text.isEmpty || name == "stdin" else { return try checkName(name) }
    try checkName(name)
    if Self.flags.contains(name) {
      guard text == "true" || text == "false" else {
        throw Submission.ParseError(error: "\(name) must be true or false.", field: name)
      }
      return try add([.init(name: name, value: .bool(text == "true"))])
    }
    let value = Self.numbers.contains(name) ? Self.number(text) : .string(text)
    try add([.init(name: name, value: value)])
  }

  /// All members.
  ///
  /// - Parameters:
  ///   - commands: those that it may name in the place of an entry; their fields stand in
  ///     `job`.
  ///   - mayRun: whether the caller may run the entry of that name.
  /// - Throws: `Submission.ParseError` for one that stands twice.
  func submission(
    _ commands: CommandTable = .none, mayRun: (String) -> Bool = { _ in true }
  ) throws(Submission.ParseError) -> Submission.Reading {
    var all = self
    for (name, values) in lists.sorted(by: { $0.key < $1.key }) {
      try all.add([.init(name: name, value: .array(values))])
    }
    for (name, members) in objects.sorted(by: { $0.key < $1.key }) {
      try all.add([.init(name: name, value: .object(members))])
    }
    let called = try CommandCall.take(
      from: &all.members, of: job ?? [], commands, mayRun: mayRun)
    return try Submission.read(all.members, called)
  }

  private mutating func add(_ added: [JSONValue.Member]) throws(Submission.ParseError) {
    for member in added {
      guard names.insert(member.name).inserted else { throw Self.repeated(member.name) }
      members.append(member)
    }
  }

  private mutating func addDotted(
    _ name: String, _ text: String
  ) throws(Submission.ParseError) -> Bool {
    guard let dot = name.firstIndex(of: ".") else { return false }
    let object = String(name[..<dot])
    guard let isNumber = Self.dotted[object] else { return false }
    guard !text.isEmpty else { return true }
    let member = String(name[name.index(after: dot)...])
    guard names.insert(name).inserted else { throw Self.repeated(name) }
    objects[object, default: []].append(
      .init(name: member, value: isNumber ? Self.number(text) : .string(text)))
    return true
  }

  private static func repeated(_ name: String) -> Submission.ParseError {
    Submission.ParseError(error: "The field stands twice.", field: Submission.shortened(name))
  }

  private func checkName(_ name: String) throws(Submission.ParseError) {
    let known = Self.texts.union(Self.numbers).union(Self.flags)
    guard !known.contains(name) else { return }
    throw Submission.ParseError(
      error: "There is no such field of a form; known are job, "
        + known.sorted().joined(separator: ", ")
        + ", arg, after, labels.NAME, env.NAME, limits.NAME, and for files files and files.NAME.",
      field: Submission.shortened(name))
  }

  /// What is no number is one that no member takes.
  private static func number(_ text: String) -> JSONValue {
    .number(text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil)
  }
}
