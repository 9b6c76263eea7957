/// Variables of the environment as the client looks them up, so that tests have their own.
package struct ClientEnvironment: Sendable {
  private let find: @Sendable (String) -> String?

  /// - Parameter find: the value of a variable, nil where it is not set.
  package init(_ find: @escaping @Sendable (String) -> String?) {
    self.find = find
  }

  /// The value of a variable; nil where it is not set or empty.
  func value(of name: String) -> String? {
    find(name).flatMap { $0.isEmpty ? nil : $0 }
  }
}
