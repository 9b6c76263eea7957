import RunnerCore

/// The JSON object that `POST /` takes: `command`, `args`, `callback`.
enum Submission {
  /// A body that is no submission: what is wrong, and with which field.
  struct Fault: Error, Hashable, Sendable {
    let error: String
    var field: String?
  }

  /// Bytes of a foreign name that an error repeats.
  private static let nameBytesMax = 64

  /// - Throws: `Fault` for anything but an object of the three known members with the right types,
  ///   and for what `JobRequest` refuses.
  static func parse(_ body: [UInt8]) throws(Fault) -> JobRequest {
    var command: String?
    var arguments: [String] = []
    var callback: String?
    for member in try members(of: body) {
      switch member.name {
      case "command":
        guard case .string(let text) = member.value else {
          throw Fault(error: "command must be a string.", field: "command")
        }
        command = text
      case "args":
        arguments = try self.arguments(member.value)
      case "callback":
        callback = try self.callback(member.value)
      default:
        throw Fault(
          error: "There is no such field; known are command, args and callback.",
          field: shortened(member.name))
      }
    }
    guard let command else { throw Fault(error: "command is missing.", field: "command") }
    do throws(JobRefusal) {
      return try JobRequest(command: command, arguments: arguments, callback: callback)
    } catch {
      guard case .field(let name, let why) = error else { throw Fault(error: "\(error)") }
      throw Fault(error: why, field: name)
    }
  }

  private static func members(of body: [UInt8]) throws(Fault) -> [JSONValue.Member] {
    do throws(JSONFault) {
      guard case .object(let members) = try JSONParser.parse(body) else {
        throw JSONFault(reason: "The body must be a JSON object.")
      }
      return members
    } catch {
      throw Fault(error: error.reason, field: error.duplicateName.map(shortened))
    }
  }

  private static func arguments(_ value: JSONValue) throws(Fault) -> [String] {
    switch value {
    case .null:
      return []
    case .string(let text):
      return ArgumentSplitter.split(text)
    case .array(let elements):
      var arguments: [String] = []
      arguments.reserveCapacity(elements.count)
      for element in elements {
        guard case .string(let text) = element else {
          throw Fault(
            error: "Argument \(arguments.count + 1) must be a string.", field: "args")
        }
        arguments.append(text)
      }
      return arguments
    case .bool, .number, .object:
      throw Fault(error: "args must be a string or an array of strings.", field: "args")
    }
  }

  private static func callback(_ value: JSONValue) throws(Fault) -> String? {
    switch value {
    case .null: nil
    case .string(let text): text.isEmpty ? nil : text
    case .bool, .number, .array, .object:
      throw Fault(error: "callback must be a string.", field: "callback")
    }
  }

  private static func shortened(_ name: String) -> String {
    name.utf8.count <= nameBytesMax
      ? name : String(decoding: name.utf8.prefix(nameBytesMax), as: UTF8.self) + "…"
  }
}
