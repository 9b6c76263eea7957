/// A JSON text as it was written. Numbers keep their value only where it is one that a field of a
/// request can have: whole, not negative, and below 2^64.
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(UInt64?)
  case string(String)
  case array([JSONValue])
  /// Members in the order of the text, each name once.
  case object([Member])

  /// One member of an object.
  struct Member: Hashable, Sendable {
    let name: String
    let value: JSONValue
  }
}

/// Why a text is not the JSON that is read here.
struct JSONValueError: Error, Hashable, Sendable {
  /// A sentence for the client.
  let reason: String
  /// The name that stands twice, if that is the fault.
  var duplicateName: String?
}
