/// A job that has ended, as a client reads it.
package struct FinishedJob: Sendable {
  package let document: JSONValue

  package init(document: JSONValue) { self.document = document }

  package var code: Int? { document["code"]?.integer }
  package var stdout: String { document["stdout"]?.string ?? "" }
  package var stderr: String { document["stderr"]?.string ?? "" }
  /// `err`, where it is an object.
  package var failure: JSONValue? { document["err"] == .null ? nil : document["err"] }
}
