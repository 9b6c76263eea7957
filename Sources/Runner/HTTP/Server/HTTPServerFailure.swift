/// Why the server cannot run: which call the system refused, and its error number.
package struct HTTPServerFailure: Error, Hashable, Sendable {
  /// The call, for instance `MHD_start_daemon`.
  package let call: String
  /// The kernel's error number, positive; 0 where there is none.
  package let code: Int32

  /// - Parameter code: `errno`, or what the call returned in its place.
  package init(call: String, code: Int32) {
    self.call = call
    self.code = code
  }
}
