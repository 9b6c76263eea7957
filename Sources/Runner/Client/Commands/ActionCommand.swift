import TextFormats

/// `show`, `cancel`, `move`, `pause`, `resume`, `drain` and `queue`: a request for each job, or one
/// for the queue.
struct ActionCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  /// To where jobs are moved.
  private static let places = ["first", "up", "down", "last"]

  /// - Returns: the exit code.
  func run() throws(ClientFailure) -> Int32 {
    if let place = invocation.value("to"), !Self.places.contains(place) {
      throw invocation.usage("--to takes \(Self.places.joined(separator: ", "))")
    }
    for request in requests {
      let document = try client.ask(request).document()
      if invocation.has("json") {
        output.emit(line: document.line)
      } else if invocation.command == .show {
        for line in JobListing.lines(of: document) { output.emit(line: line) }
      } else if document["limits"] != nil {
        output.emit(line: JobListing.line(ofQueue: document))
      }
    }
    return ClientExit.ok.rawValue
  }

  /// Jobs as they are moved one after the other, so that they stand in the order that was given.
  static func moveOrder(_ ids: [String], to place: String) -> [String] {
    ["first", "down"].contains(place) ? ids.reversed() : ids
  }

  private var requests: [ServiceRequest] {
    let ids = invocation.operands
    switch invocation.command {
    case .show: return ids.map { .get("/\($0)") }
    case .cancel: return ids.map { .post("/\($0)/cancel") }
    case .move:
      let place = invocation.value("to") ?? Self.places[0]
      return Self.moveOrder(ids, to: place).map { .post("/\($0)/move?to=\(place)") }
    case .pause where !ids.isEmpty: return ids.map { .post("/\($0)/freeze") }
    case .resume where !ids.isEmpty: return ids.map { .post("/\($0)/thaw") }
    case .pause: return [.post("/queue/pause")]
    case .resume: return [.post("/queue/resume")]
    case .drain: return [.post("/queue/drain")]
    default: return [.get("/queue")]
    }
  }
}
