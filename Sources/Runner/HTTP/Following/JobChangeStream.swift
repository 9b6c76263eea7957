import RunnerAccess
import RunnerCore
import TextFormats

/// The changes of all jobs that a caller may see, as server-sent events: `hello`, `job`,
/// `progress`, `gone`.
///
/// `hello` comes first, and again where changes were lost: its client reads the lists of jobs then,
/// and goes on with what follows, so that nothing falls between.
struct JobChangeStream: FollowSource {
  private let feed: JobChangeFeed
  private let caller: Caller
  private let isOver: @Sendable () -> Bool
  private var position: JobChangePosition
  private var hasGreeted = false
  /// Whether the client has all jobs as they were at `position`.
  private var isResumed = false

  /// Milliseconds after which a browser comes again when the stream ended or broke off.
  private static let retryMilliseconds = 2000

  /// - Parameters:
  ///   - last: where the client was told last that it is; nil for one that begins.
  ///   - isOver: whether it is time to come again, so that the caller is known anew.
  init(
    _ feed: JobChangeFeed, for caller: Caller, after last: JobChangePosition?,
    isOver: @escaping @Sendable () -> Bool
  ) {
    self.feed = feed
    self.caller = caller
    self.isOver = isOver
    position = feed.start
    guard let last, feed.changes(after: last, bytesMax: 0) != nil else { return }
    position = last
    isResumed = true
  }

  mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    var text: [UInt8] = []
    if !hasGreeted {
      hasGreeted = true
      text += Array("retry: \(Self.retryMilliseconds)\n".utf8)
      appendHello(&text)
    }
    if isOver() { return text.isEmpty ? .end : .bytes(text[...]) }
    // Nothing wakes it for what is in the log already: batches of which it tells nothing are passed
    // over here.
    repeat {
      guard let changes = feed.changes(after: position, bytesMax: bytesMax) else {
        position = feed.end
        isResumed = false
        appendHello(&text)
        break
      }
      for change in changes {
        position = JobChangePosition(log: position.log, sequence: change.sequence)
        guard mayBeTold(change) else { continue }
        append(change.kind.rawValue, change.json, &text)
      }
      if changes.isEmpty { break }
    } while text.isEmpty
    if !text.isEmpty { return .bytes(text[...]) }
    // A comment, as in `EventStream`.
    return isHeartbeatDue ? .bytes(Array(":\n".utf8)[...]) : .wait
  }

  private func mayBeTold(_ change: JobChange) -> Bool {
    caller.grant.jobs == .all || change.owner.map { caller.sees(jobsOf: $0) } == true
  }

  private func appendHello(_ text: inout [UInt8]) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("resumed")
    writer.bool(isResumed)
    writer.key("principal")
    writer.string(caller.principal.name)
    writer.key("evidence")
    writer.string(caller.evidence.rawValue)
    writer.key("scopes")
    writer.beginArray()
    for scope in AccessScope.grantable where caller.grant.allows(scope) {
      writer.string(scope.rawValue)
    }
    writer.endArray()
    writer.key("jobs")
    writer.string(caller.grant.jobs.rawValue)
    writer.endObject()
    append("hello", writer.bytes, &text)
  }

  /// - Parameter data: JSON, which has no line break.
  private func append(_ event: String, _ data: [UInt8], _ text: inout [UInt8]) {
    text += Array("event: \(event)\nid: \(position.text)\ndata: ".utf8)
    text += data
    text += [UInt8(ascii: "\n"), UInt8(ascii: "\n")]
  }
}
