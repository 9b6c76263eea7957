import RunnerCore

/// Where a request target leads. Decided on the raw bytes: `/%2e` is not `/.` here, and nothing is
/// ever decoded.
enum Route: Hashable, Sendable {
  /// `/`: jobs are submitted here.
  case submissions
  /// `/<40 hex digits>`, with or without a trailing slash.
  case job(JobID)
  /// Nothing is there.
  case unknown
  /// The target is longer than is read.
  case tooLong
  /// The target holds a byte that no target may hold.
  case malformed

  /// - Parameter target: as it stood in the request line, query and all.
  init(_ target: Span<UInt8>, bytesMax: Int) {
    guard target.count <= bytesMax else {
      self = .tooLong
      return
    }
    var path: [UInt8] = []
    var isInPath = true
    for index in target.indices {
      let byte = target[index]
      guard byte > 0x20, byte < 0x7f else {
        self = .malformed
        return
      }
      if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { isInPath = false }
      if isInPath, path.count < Self.pathBytesMax { path.append(byte) }
    }
    self.init(path: path)
  }

  /// One more than the longest path that leads anywhere: `/`, the id, `/`.
  private static let pathBytesMax = JobID.digitCount + 3

  private init(path: [UInt8]) {
    guard path.first == UInt8(ascii: "/") else {
      self = .unknown
      return
    }
    var rest = path.dropFirst()
    if rest.isEmpty {
      self = .submissions
      return
    }
    if rest.last == UInt8(ascii: "/") { rest = rest.dropLast() }
    self = JobID(String(decoding: rest, as: UTF8.self)).map(Route.job) ?? .unknown
  }

  /// What `Allow` says beside a 405, or nil where there is nothing.
  var allowed: String? {
    switch self {
    case .submissions: "POST"
    case .job: "GET, HEAD"
    case .unknown, .tooLong, .malformed: nil
    }
  }

  func allows(_ method: RequestHead.Method) -> Bool {
    switch self {
    case .submissions: method == .post
    case .job: method.isSafe
    case .unknown, .tooLong, .malformed: false
    }
  }
}
