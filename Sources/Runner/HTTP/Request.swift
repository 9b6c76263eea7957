/// A sound and whole request, as the routes see it.
struct Request: Sendable {
  let route: Route
  /// What stands behind the `?`, as it was written.
  let query: String
  let method: RequestHead.Method
  let fields: HeaderFields
  /// Whom it comes from.
  let client: String
  let body: [UInt8]
}
