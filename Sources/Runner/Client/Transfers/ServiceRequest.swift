/// One request to the service: POST or PUT where it has a body, else GET.
struct ServiceRequest: Sendable {
  /// Below the address of the service, with a slash at its start, and the query.
  let target: String
  /// Further fields, each `Name: value`.
  var fields: [String] = []
  /// JSON, or the bytes of an upload; nil for a request without a body.
  var body: [UInt8]?
  /// Whether it is a PUT of a file.
  private(set) var isUpload = false

  static func get(_ target: String) -> ServiceRequest { ServiceRequest(target: target) }

  static func post(_ target: String, _ body: [UInt8] = []) -> ServiceRequest {
    ServiceRequest(target: target, body: body)
  }

  static func put(_ target: String, _ body: [UInt8]) -> ServiceRequest {
    var request = ServiceRequest(target: target, body: body)
    request.isUpload = true
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
