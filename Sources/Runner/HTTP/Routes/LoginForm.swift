/// The body of `POST /login`: the form of the page, `token=…`, or `{"token": "…"}`. Told apart by
/// its first byte: what `Content-Type` says is not looked at, as elsewhere.
struct LoginForm {
  /// The text that is to be a token.
  let token: String

  /// Why a body is refused: a sentence for the client, and the name at fault.
  struct ParseError: Error, Hashable, Sendable {
    let error: String
    var field: String?
  }

  /// Reads a body.
  ///
  /// - Throws: `ParseError` for one that names no token, or anything else.
  init(_ body: [UInt8]) throws(ParseError) {
    token =
      body.first { $0 > 0x20 } == UInt8(ascii: "{") ? try Self.json(body) : try Self.form(body)
  }

  private static let missing = ParseError(
    error: "A login is the form token=TOKEN or {\"token\": \"TOKEN\"}.", field: "token")

  private static func form(_ body: [UInt8]) throws(ParseError) -> String {
    guard let text = String(validating: body, as: UTF8.self) else { throw missing }
    let values: Query
    do throws(Query.ParseError) {
      values = try Query(text, known: ["token"])
    } catch {
      throw ParseError(error: error.error, field: error.field)
    }
    guard let token = values["token"], !token.isEmpty else { throw missing }
    return token
  }

  private static func json(_ body: [UInt8]) throws(ParseError) -> String {
    let value: JSONValue
    do throws(JSONValueError) {
      value = try JSONParser.parse(body)
    } catch {
      throw ParseError(error: error.reason, field: error.duplicateName)
    }
    guard case .object(let members) = value, members.count == 1, members[0].name == "token",
      case .string(let token) = members[0].value
    else { throw missing }
    return token
  }
}
