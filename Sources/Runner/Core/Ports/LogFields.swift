/// The fields of a `LogEvent`, in their order, for instance `["job": "\(id)", "tries": 3]`.
package struct LogFields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// What a field holds.
  package enum Value: Hashable, Sendable, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral
  {
    case text(String)
    case integer(Int)

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
  }

  /// One field.
  package struct Field: Hashable, Sendable {
    /// Lower case, words joined by `_`, the unit last: `duration_seconds`.
    package let name: String
    package let value: Value
  }

  package let all: [Field]

  package init(dictionaryLiteral elements: (String, Value)...) {
    all = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The value of the first field of that name; nil where there is none.
  package subscript(name: String) -> Value? { all.first { $0.name == name }?.value }
}
