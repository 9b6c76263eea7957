import Foundation

/// One numbered promise of docs/promises.json. A number is given once and never to another promise.
struct Promise: Decodable, Equatable {
  /// What a promise is about, in the order of the page.
  enum Section: String, Decodable, CaseIterable {
    /// What the service does, each with its mechanism.
    case promise
    /// What an attacker would try, and must fail.
    case attack
    /// What must work although it is confined.
    case work
  }

  /// Why a promise has no test that shows the same attempt succeed where the layer is not.
  enum Reason: String, Decodable, CaseIterable {
    case inside, measure, fault, works, compared

    /// The reason as the page gives it.
    var sentence: String {
      switch self {
      case .inside: "The test itself makes the same attempt without the layer, and it succeeds."
      case .measure: "A quantity is held against a bound; no layer could be left out."
      case .fault: "The test causes the fault itself: a kill, a cut file, a call that fails."
      case .works: "The promise is that something works; nothing is refused."
      case .compared: "Two sources made apart are compared; each is the other's twin."
      }
    }
  }

  /// `P-` and three digits.
  let id: String
  let section: Section
  let promise: String
  /// Nil outside of the section `promise`.
  let mechanism: String?
  /// Nil where a test is the promise's twin.
  let withoutTwin: Reason?
  /// What proves it beside the suite; nil for most.
  let also: String?

  /// The promises of a file's text, in its order.
  ///
  /// - Throws: `DecodingError` for what is no list of promises.
  static func list(_ text: String) throws -> [Promise] {
    try JSONDecoder().decode([Promise].self, from: Data(text.utf8))
  }
}
