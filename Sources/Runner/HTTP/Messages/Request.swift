/// A valid and complete request, as the handlers see it.
struct Request: Sendable {
  let route: Route
  /// What stands behind the `?`, as it was written.
  let query: String
  let method: RequestHead.Method
  let fields: HeaderFields
  /// The client's address, as `PeerAddress.text`.
  let client: String
  let body: [UInt8]
}
