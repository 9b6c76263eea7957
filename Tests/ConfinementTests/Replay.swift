import TestSupport
import Testing

/// One exchange held against the real server.
struct Replay {
  let exchange: Exchange
  let server: RunningServer
  /// What FOLDER stands for.
  let folder: String
  let receiver: CallbackReceiver
  /// What ID stands for; set once it is known.
  var id: String?

  static let jobKeys = ["stderr", "stdout", "id", "code", "command", "arguments"]

  /// A text of the recording with the names of today.
  private func real(_ text: String) -> String {
    var text = text.replacing("FOLDER", with: folder)
    text = text.replacing("127.0.0.1:PORT", with: "127.0.0.1:\(receiver.port)")
    return id.map { text.replacing("ID", with: $0) } ?? text
  }

  mutating func run() throws {
    if exchange.target.contains("ID") {
      id = try server.submit("/bin/echo", ["known"])
      _ = try server.finished(id ?? "")
    }
    let reply = try server.client.ask(
      exchange.method, real(exchange.target), headers: exchange.headers,
      body: exchange.body.map { Array(real($0).utf8) })
    let status = exchange.now?["status"]?.integer ?? exchange.reply["status"]?.integer
    #expect(reply.status == status, "\(reply.startLine) \(reply.text)")
    #expect(reply["content-type"] == "application/json")
    guard reply.status < 300 else { return try compareRefusal(reply) }
    if reply.status == 202 { id = try #require(JSONValue(reply.text)["id"]?.string) }
    try compareJob(reply, with: exchange.reply, changes: exchange.now?["reply"])
    try compareFinal()
  }

  private func compareRefusal(_ reply: HTTPMessage) throws {
    let body = try JSONValue(reply.text)
    #expect(body["message"]?.string == Self.reasons[reply.status], "\(reply.text)")
    if reply.status == 400 {
      #expect(body.keys.starts(with: ["message", "error"]), "\(reply.text)")
      #expect(body["error"]?.string?.isEmpty == false)
    }
    if exchange.now == nil, reply.status == 404 {
      #expect(reply.text == exchange.reply["body"]?.string)
    }
    if exchange.record["text"] == .bool(true) {
      let recorded = try JSONValue(exchange.reply["body"]?.string ?? "")
      #expect(body["error"] == recorded["error"])
    }
    if let name = exchange.now?["names"]?.string { #expect(reply.text.contains(name)) }
    if let allow = exchange.now?["allow"]?.string {
      #expect(reply["allow"]?.contains(allow) == true, "\(reply.headers)")
    }
  }

  private static let reasons = [
    400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large",
  ]

  /// Letter for letter, but for what `changes` names.
  private func compareJob(
    _ reply: HTTPMessage, with recorded: JSONValue, changes: JSONValue?
  ) throws {
    guard let text = recorded["body"]?.string, recorded["status"]?.integer ?? 0 < 300 else {
      // The original refused; today it is a job like any other.
      let job = try JSONValue(reply.text)
      #expect(job.keys.starts(with: Self.jobKeys), "\(reply.text)")
      for change in changes?.object ?? [] { #expect(job[change.key] == change.value) }
      return
    }
    let actual = try JSONValue(reply.text)
    if changes == nil, actual["err"]?.object == nil, exchange.now?["final"] == nil {
      #expect(Self.withoutNews(reply.text) == real(text))
      return
    }
    let expected = try JSONValue(real(text))
    for key in expected.keys where key != "err" {
      if let change = changes?[key] {
        #expect(actual[key] == change, "\(key)")
      } else if exchange.now == nil {
        #expect(actual[key] == expected[key], "\(key)")
      }
    }
    #expect(actual.without(Self.news.union(["err"])).keys == expected.without(["err"]).keys)
    try compareFailure(actual["err"], with: expected["err"])
  }

  /// Members that a job has beside the original's, all before `err`.
  private static let news: Set<String> = [
    "status", "createdAt", "startedAt", "finishedAt", "requestId", "outcome", "signal", "usage",
    "refused", "enforced", "relaxed",
  ]

  /// A job's text with the new members cut out of it.
  private static func withoutNews(_ text: String) -> String {
    guard let start = text.firstRange(of: ",\"status\":")?.lowerBound else { return text }
    let end =
      text.firstRange(of: ",\"err\":null}")?.lowerBound ?? text.index(before: text.endIndex)
    return String(text[..<start] + text[end...])
  }

  /// The original's five keys, and after them the two that are new.
  private func compareFailure(_ actual: JSONValue?, with expected: JSONValue?) throws {
    guard let actual, actual.object != nil else { return }
    let expected = try #require(expected)
    #expect(actual.keys == expected.keys + ["step", "message"])
    #expect(actual.without(["step", "message"]) == expected)
  }

  private func compareFinal() throws {
    guard let recorded = exchange.final else { return }
    let id = try #require(id)
    _ = try server.finished(id)
    let final = try server.client.get("/\(id)")
    #expect(final.status == 200 && final["content-type"] == "application/json")
    #expect(try JSONValue(final.text).keys.last == "err")
    try compareJob(final, with: recorded, changes: exchange.now?["final"])
    if let call = exchange.call { try compareCallback(call, final: final.text) }
  }

  private func compareCallback(_ recorded: JSONValue, final: String) throws {
    let call = try receiver.next()
    let target = try #require(recorded["target"]?.string)
    #expect(call.startLine == "POST \(target) HTTP/1.1")
    for name in ["content-type", "accept"] {
      #expect(call[name] == recorded["headers"]?[name]?.string, "\(name)")
    }
    #expect(call["content-length"] == "\(final.utf8.count)")
    #expect(call["transfer-encoding"] == nil && call["expect"] == nil)
    let stamp = try #require(call["x-notify-timestamp"])
    #expect(stamp.count == 13 && stamp.allSatisfy(\.isNumber), "milliseconds: \(stamp)")
    #expect(call.text == final)
  }
}
