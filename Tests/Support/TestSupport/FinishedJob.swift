/// A job that has ended, as a client reads it.
package struct FinishedJob: Sendable {
  package let document: JSONValue

  package init(document: JSONValue) { self.document = document }

  package var code: Int? { document["code"]?.integer }
  package var stdout: String { document["stdout"]?.string ?? "" }
  package var stderr: String { document["stderr"]?.string ?? "" }
  /// `err`, where it is an object.
  package var failure: JSONValue? { document["err"] == .null ? nil : document["err"] }

  /// What the job says of a layer: `enforced`, or what it is instead; nil if it says nothing.
  package func state(of layer: String) -> String? {
    if (document["enforced"]?.array ?? []).contains(.string(layer)) { return "enforced" }
    let relaxed = document["relaxed"]?.array ?? []
    return relaxed.first { $0["layer"]?.string == layer }?["state"]?.string
  }
}
