import RunnerCore
import TextFormats

/// The members of a submission that the original did not have and that say nothing of the sandbox.
struct SubmissionExtras {
  private var labels: [JobLabel] = []
  private var priority: Int?
  private var stdin: [UInt8]?
  private var deadline: Timestamp?
  private var after: [JobID] = []
  private var notBefore: Timestamp?
  private var callbackHasOutput = true
  /// Arguments as bytes; nil where they are texts.
  private(set) var arguments: [[UInt8]]?

  /// Takes a member.
  ///
  /// - Returns: false when it is none of these.
  /// - Throws: `Submission.ParseError` for a value of the wrong type.
  mutating func parse(_ member: JSONValue.Member) throws(Submission.ParseError) -> Bool {
    switch member.name {
    case "labels": labels = try Self.labels(member.value)
    case "priority": priority = try Self.priority(member.value)
    case "deadline": deadline = try Self.time(member)
    case "notBefore": notBefore = try Self.time(member)
    case "after": after = try Self.jobs(member)
    case "argsBase64": arguments = try Self.arguments(member.value)
    case "callbackOutput": callbackHasOutput = try Self.flag(member)
    case "stdin": try parseInput(member, Self.text)
    case "stdinBase64": try parseInput(member, Self.bytes)
    default: return false
    }
    return true
  }

  /// The request with all of it.
  func apply(to request: JobRequest) throws(JobRefusal) -> JobRequest {
    var request = request
    if let arguments { request = try request.passing(arguments) }
    return try request.labelled(labels).prioritized(priority ?? JobRequest.priorityDefault)
      .reading(stdin ?? []).due(deadline).callingBackSlim(!callbackHasOutput)
      .scheduled(JobSchedule(after: after, notBefore: notBefore))
  }

  private mutating func parseInput(
    _ member: JSONValue.Member, _ read: (JSONValue) -> [UInt8]?
  ) throws(Submission.ParseError) {
    if case .null = member.value { return }
    guard stdin == nil else {
      throw Submission.ParseError(
        error: "stdin and stdinBase64 exclude each other.", field: member.name)
    }
    guard let bytes = read(member.value) else {
      throw Submission.ParseError(
        error: member.name == "stdin"
          ? "stdin must be a string." : "stdinBase64 must be a string of base64 (RFC 4648).",
        field: member.name)
    }
    stdin = bytes
  }

  private static func arguments(_ value: JSONValue) throws(Submission.ParseError) -> [[UInt8]]? {
    if case .null = value { return nil }
    let fault = Submission.ParseError(
      error: "argsBase64 must be an array of strings of base64 (RFC 4648).", field: "argsBase64")
    guard case .array(let elements) = value else { throw fault }
    var arguments: [[UInt8]] = []
    for element in elements {
      guard let bytes = bytes(element) else { throw fault }
      arguments.append(bytes)
    }
    return arguments
  }

  private static func flag(_ member: JSONValue.Member) throws(Submission.ParseError) -> Bool {
    guard case .bool(let flag) = member.value else {
      throw Submission.ParseError(
        error: "\(member.name) must be true or false.", field: member.name)
    }
    return flag
  }

  private static func text(_ value: JSONValue) -> [UInt8]? {
    guard case .string(let text) = value else { return nil }
    return Array(text.utf8)
  }

  private static func bytes(_ value: JSONValue) -> [UInt8]? {
    guard case .string(let text) = value else { return nil }
    return Base64.decode(text)
  }

  private static func labels(_ value: JSONValue) throws(Submission.ParseError) -> [JobLabel] {
    if case .null = value { return [] }
    guard case .object(let members) = value else {
      throw Submission.ParseError(error: "labels must be an object of strings.", field: "labels")
    }
    var labels: [JobLabel] = []
    for member in members {
      guard case .string(let text) = member.value else {
        throw Submission.ParseError(
          error: "It must be a string.", field: "labels." + Submission.shortened(member.name))
      }
      labels.append(JobLabel(name: member.name, value: text))
    }
    return labels
  }

  private static func jobs(_ member: JSONValue.Member) throws(Submission.ParseError) -> [JobID] {
    if case .null = member.value { return [] }
    let fault = Submission.ParseError(
      error: "\(member.name) must be an array of ids of jobs.", field: member.name)
    guard case .array(let elements) = member.value else { throw fault }
    var jobs: [JobID] = []
    for element in elements {
      guard case .string(let text) = element, let id = JobID(text) else { throw fault }
      jobs.append(id)
    }
    return jobs
  }

  private static func time(
    _ member: JSONValue.Member
  ) throws(Submission.ParseError) -> Timestamp? {
    if case .null = member.value { return nil }
    guard case .string(let text) = member.value, let time = Timestamp(rfc3339: text) else {
      throw Submission.ParseError(
        error: "\(member.name) must be a time as RFC 3339 has it: 2026-01-31T09:05:07Z.",
        field: member.name)
    }
    return time
  }

  private static func priority(_ value: JSONValue) throws(Submission.ParseError) -> Int? {
    switch value {
    case .null:
      return nil
    case .number(let number?) where number <= UInt64(Int32.max):
      return Int(number)
    default:
      throw Submission.ParseError(error: "priority must be a whole number.", field: "priority")
    }
  }
}
