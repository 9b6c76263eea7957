/// Query parameters that a route accepts.
enum QueryRule: Sendable {
  /// These, each at most once; any other is an error.
  case strict(Set<String>)
  /// These; what cannot be read, and any other parameter, counts for nothing. For the routes of the
  /// original service, whose clients were never refused for a query.
  case lenient(Set<String>)

  /// The parameters that the route knows.
  var names: Set<String> {
    switch self {
    case .strict(let names), .lenient(let names): names
    }
  }

  /// - Parameter text: what stands behind the `?`, as it was written.
  /// - Throws: `Query.ParseError` where the rule is strict and the text breaks it.
  func parse(_ text: String) throws(Query.ParseError) -> Query {
    switch self {
    case .strict(let names): try Query(text, known: names)
    case .lenient: Query(lenient: text)
    }
  }
}
