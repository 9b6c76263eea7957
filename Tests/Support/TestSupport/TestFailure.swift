/// What a test could not do, in one sentence that says where and why.
package struct TestFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  /// A call that failed, with the error's name.
  init(_ call: String, _ object: String, code: CInt) {
    description = "\(call) \(object): \(errorText(code))"
  }
}
