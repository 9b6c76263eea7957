/// The statuses that this service answers with.
enum HTTPStatus: UInt32, Sendable, CaseIterable {
  case ok = 200
  case created = 201
  case accepted = 202
  case noContent = 204
  case partialContent = 206
  case seeOther = 303
  case notModified = 304
  case badRequest = 400
  case unauthorized = 401
  case forbidden = 403
  case notFound = 404
  case methodNotAllowed = 405
  case requestTimeout = 408
  case conflict = 409
  case preconditionFailed = 412
  case contentTooLarge = 413
  case targetTooLong = 414
  case unsupportedMediaType = 415
  case rangeNotSatisfiable = 416
  case unprocessable = 422
  case upgradeRequired = 426
  case tooManyRequests = 429
  case headersTooLarge = 431
  case internalServerError = 500
  case badGateway = 502
  case unavailable = 503
  case insufficientStorage = 507

  /// Whether the same request may succeed later: each answer of it says when (RFC 9110, section
  /// 10.2.3).
  var isTemporary: Bool {
    switch self {
    case .tooManyRequests, .unavailable, .insufficientStorage: true
    default: false
    }
  }

  /// The reason phrase of RFC 9110, RFC 6585 and RFC 4918: also the `message` of every error.
  var phrase: String {
    switch self {
    case .ok: "OK"
    case .created: "Created"
    case .accepted: "Accepted"
    case .noContent: "No Content"
    case .partialContent: "Partial Content"
    case .seeOther: "See Other"
    case .notModified: "Not Modified"
    case .badRequest: "Bad Request"
    case .unauthorized: "Unauthorized"
    case .forbidden: "Forbidden"
    case .notFound: "Not Found"
    case .methodNotAllowed: "Method Not Allowed"
    case .requestTimeout: "Request Timeout"
    case .conflict: "Conflict"
    case .preconditionFailed: "Precondition Failed"
    case .contentTooLarge: "Content Too Large"
    case .targetTooLong: "URI Too Long"
    case .unsupportedMediaType: "Unsupported Media Type"
    case .rangeNotSatisfiable: "Range Not Satisfiable"
    case .unprocessable: "Unprocessable Content"
    case .upgradeRequired: "Upgrade Required"
    case .tooManyRequests: "Too Many Requests"
    case .headersTooLarge: "Request Header Fields Too Large"
    case .internalServerError: "Internal Server Error"
    case .badGateway: "Bad Gateway"
    case .unavailable: "Service Unavailable"
    case .insufficientStorage: "Insufficient Storage"
    }
  }
}
