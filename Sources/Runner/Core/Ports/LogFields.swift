/// The fields of a `LogEvent`, in their order, for instance `["job": "\(id)", "tries": 3]`.
package struct LogFields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// Value of a field.
  package enum Value: Hashable, Sendable, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral
  {
    case text(String)
    case integer(Int)

    /// A text, from a literal or an interpolated string.
    package init(stringLiteral value: String) { self = .text(value) }
    /// An integer, from a literal.
    package init(integerLiteral value: Int) { self = .integer(value) }
  }

  /// One field of an event.
  package struct Field: Hashable, Sendable {
    /// Lower case, words joined by `_`, the unit last: `duration_seconds`.
    package let name: String
    /// Content of the field.
    package let value: Value
  }

  /// All fields, in the order in which they were given.
  package let all: [Field]

  /// The fields of a literal, in its order; a name may occur twice.
  package init(dictionaryLiteral elements: (String, Value)...) {
    all = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The value of the first field of that name; nil where there is none.
  package subscript(name: String) -> Value? { all.first { $0.name == name }?.value }
}
