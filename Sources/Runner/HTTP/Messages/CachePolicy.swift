/// What caches may do with an answer (RFC 9111, section 5.2.2).
enum CachePolicy: Hashable, Sendable {
  /// Nothing may be kept: jobs change, and are private to their clients.
  case noStore
  /// May be kept, and is asked for again before each use. For what changes with the program only.
  case revalidate

  /// The value of `Cache-Control`.
  var text: String {
    switch self {
    case .noStore: "no-store"
    case .revalidate: "no-cache"
    }
  }
}
