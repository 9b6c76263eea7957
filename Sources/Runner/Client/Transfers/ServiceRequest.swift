/// One request to the service.
struct ServiceRequest: Sendable {
  let method: String
  /// Below the address of the service, with a slash at its start, and the query.
  let target: String
  /// Further fields, each `Name: value`.
  var fields: [String] = []
  /// JSON; nil for a request without a body.
  var body: [UInt8]?

  init(_ method: String, _ target: String) {
    self.method = method
    self.target = target
  }

  static func get(_ target: String) -> ServiceRequest { ServiceRequest("GET", target) }

  static func post(_ target: String, _ body: [UInt8] = []) -> ServiceRequest {
    var request = ServiceRequest("POST", target)
    request.body = body
    return request
  }

  /// `text` as a part of a query.
  static func escaped(_ text: String) -> String {
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        escaped.append(byte)
      default:
        escaped += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
