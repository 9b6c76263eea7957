/// What a request asks of its job beside the arguments: never more than the entry's policy has.
package struct JobDemands: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Seconds of wall clock.
  package var timeout: UInt32?
  /// By the names of the configuration file: `cpu`, `fileSize`, `memory` and so on.
  package var limits: [String: UInt64] = [:]
  package var environment: [Variable] = []

  package init() {}
}
