import RunnerCore

/// The JSON object that `POST /` takes: `command`, `args` or `argsBase64`, `callback`,
/// `callbackOutput`, `timeout`, `stallAfter`, `limits`, `env`, `stdin` or `stdinBase64`, `labels`,
/// `priority`, `deadline`, `after`, `notBefore`.
enum Submission {
  /// A body that is no submission: what is wrong, and with which field.
  struct ParseError: Error, Hashable, Sendable {
    let error: String
    var field: String?
    /// 415 for a body that is no JSON but another format that is known.
    var status = HTTPStatus.badRequest

    /// The answer; beside 415 stands what is taken (RFC 9110, section 15.5.16).
    var response: Response {
      let response = Response.problem(status, error, field: field)
      guard status == .unsupportedMediaType else { return response }
      return response.with("Accept", "application/json").with("Accept-Encoding", "identity")
    }
  }

  /// A submission as it was read.
  struct Reading: Sendable {
    let request: JobRequest
    /// What its client may have meant otherwise, a sentence each.
    let warnings: [String]
  }

  /// Members that every submission may have.
  static let memberNames: Set<String> = [
    "command", "args", "argsBase64", "callback", "callbackOutput", "timeout", "stallAfter",
    "limits", "env", "stdin", "stdinBase64", "labels", "priority", "deadline", "after",
    "notBefore",
  ]

  /// Bytes of a foreign name that an error repeats.
  private static let nameBytesMax = 64

  /// - Throws: `ParseError` for anything but an object of the known members with the right types,
  ///   and for what `JobRequest` refuses.
  static func parse(_ body: [UInt8]) throws(ParseError) -> JobRequest {
    try read(body).request
  }

  /// Reads a submission, as `parse` does.
  ///
  /// - Parameters:
  ///   - commands: those that it may name in the place of an entry.
  ///   - mayRun: whether the caller may run the entry of that name.
  static func read(
    _ body: [UInt8], _ commands: CommandTable = .none, mayRun: (String) -> Bool = { _ in true }
  ) throws(ParseError) -> Reading {
    var members = try members(of: body)
    let called = try CommandCall.take(from: &members, of: body, commands, mayRun: mayRun)
    return try read(members, called)
  }

  /// Reads the members of a submission.
  ///
  /// - Parameter called: the command that it names, whose fields are no members any more.
  static func read(
    _ members: [JSONValue.Member], _ called: CommandCall? = nil
  ) throws(ParseError) -> Reading {
    var command: String?
    var warnings: [String] = []
    var arguments: [String]?
    var callback: String?
    var demands = JobDemands()
    var extras = SubmissionExtras()
    for member in members {
      switch member.name {
      case "command":
        guard case .string(let text) = member.value else {
          throw ParseError(error: "command must be a string.", field: "command")
        }
        command = text
      case "args":
        arguments = try self.arguments(member.value)
        if case .string(let text) = member.value { warnings = ArgumentSplitter.warnings(on: text) }
      case "callback":
        callback = try self.callback(member.value)
      case "timeout":
        demands.timeout = try seconds(member, in: 1...UInt32.max)
      case "stallAfter":
        demands.stallAfterSeconds = try seconds(member, in: JobDemands.stallAfterRange)
      case "limits":
        demands.limits = try limits(member.value)
      case "env":
        demands.environment = try variables(member.value)
      default:
        guard try extras.parse(member) else {
          throw ParseError(
            error: "There is no such field; known are command, args, argsBase64, callback, "
              + "callbackOutput, timeout, stallAfter, limits, env, stdin, stdinBase64, labels, "
              + "priority, deadline, after and notBefore.",
            field: shortened(member.name))
        }
      }
    }
    guard arguments == nil || extras.arguments == nil else {
      throw ParseError(error: "args and argsBase64 exclude each other.", field: "argsBase64")
    }
    guard let command else { throw ParseError(error: "command is missing.", field: "command") }
    if let called {
      let own = (arguments?.count ?? 0) + (extras.arguments?.count ?? 0)
      arguments = try called.arguments(besideOwn: own > 0)
    }
    do throws(JobRefusal) {
      let request = try extras.apply(
        to: JobRequest(
          command: called?.entry ?? command, arguments: arguments ?? [], callback: callback,
          demands: demands))
      return Reading(request: request, warnings: warnings)
    } catch {
      guard case .field(let name, let why) = error else { throw ParseError(error: "\(error)") }
      throw ParseError(error: why, field: name)
    }
  }

  /// The members of the JSON object that a body is.
  static func members(of body: [UInt8]) throws(ParseError) -> [JSONValue.Member] {
    do throws(JSONValueError) {
      guard case .object(let members) = try JSONParser.parse(body) else {
        throw JSONValueError(reason: "The body must be a JSON object.")
      }
      return members
    } catch {
      if let format = ForeignFormat(of: body) {
        throw ParseError(error: format.sentence, status: .unsupportedMediaType)
      }
      throw ParseError(
        error: error.reason + (error.duplicateName == nil ? BodyExcerpt.sentence(on: body) : ""),
        field: error.duplicateName.map(shortened))
    }
  }

  private static func arguments(_ value: JSONValue) throws(ParseError) -> [String]? {
    switch value {
    case .null:
      return nil
    case .string(let text):
      return ArgumentSplitter.split(text)
    case .array(let elements):
      var arguments: [String] = []
      arguments.reserveCapacity(elements.count)
      for element in elements {
        guard case .string(let text) = element else {
          throw ParseError(
            error: "Argument \(arguments.count + 1) must be a string.", field: "args")
        }
        arguments.append(text)
      }
      return arguments
    case .bool, .number, .object:
      throw ParseError(error: "args must be a string or an array of strings.", field: "args")
    }
  }

  private static func callback(_ value: JSONValue) throws(ParseError) -> String? {
    switch value {
    case .null: nil
    case .string(let text): text.isEmpty ? nil : text
    case .bool, .number, .array, .object:
      throw ParseError(error: "callback must be a string.", field: "callback")
    }
  }

  private static func seconds(
    _ member: JSONValue.Member, in range: ClosedRange<UInt32>
  ) throws(ParseError) -> UInt32? {
    if case .null = member.value { return nil }
    guard case .number(let number?) = member.value, let seconds = UInt32(exactly: number),
      range.contains(seconds)
    else {
      let most = range.upperBound < .max ? ", at most \(range.upperBound)" : ""
      throw ParseError(
        error: "\(member.name) must be a whole number of seconds, at least 1\(most).",
        field: member.name)
    }
    return seconds
  }

  private static func limits(_ value: JSONValue) throws(ParseError) -> [String: UInt64] {
    if case .null = value { return [:] }
    guard case .object(let members) = value else {
      throw ParseError(error: "limits must be an object.", field: "limits")
    }
    var limits: [String: UInt64] = [:]
    for member in members {
      guard case .number(let number) = member.value, let number else {
        throw ParseError(
          error: "A limit is a whole number: seconds, bytes or a count.",
          field: "limits." + shortened(member.name))
      }
      limits[member.name] = number
    }
    return limits
  }

  private static func variables(_ value: JSONValue) throws(ParseError) -> [JobDemands.Variable] {
    if case .null = value { return [] }
    guard case .object(let members) = value else {
      throw ParseError(error: "env must be an object of strings.", field: "env")
    }
    var variables: [JobDemands.Variable] = []
    for member in members {
      guard case .string(let text) = member.value else {
        throw ParseError(error: "It must be a string.", field: "env." + shortened(member.name))
      }
      variables.append(JobDemands.Variable(name: member.name, value: text))
    }
    return variables
  }

  static func shortened(_ name: String) -> String {
    name.utf8.count <= nameBytesMax
      ? name : String(decoding: name.utf8.prefix(nameBytesMax), as: UTF8.self) + "…"
  }
}
