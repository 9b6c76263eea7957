/// One event of `/events` (WHATWG HTML, section 9.2.6).
struct ServerEvent: Hashable, Sendable {
  /// `status`, `restart`, `end` and so on; `message` where the stream names none.
  var name = "message"
  /// The id that goes on behind it; nil for an event that has none.
  var id: String?
  /// One line of JSON.
  var data: [UInt8] = []
}
