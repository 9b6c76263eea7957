internal import Synchronization

/// The credentials of a service that is running. A reload replaces them for connections that begin
/// afterwards; those that exist keep the keys that they negotiated.
package final class TLSSource: Sendable {
  private let present: Mutex<TLSCredentials>

  /// A provider of `credentials`.
  package init(_ credentials: TLSCredentials) {
    present = Mutex(credentials)
  }

  /// What new connections use.
  package var credentials: TLSCredentials { present.withLock { $0 } }

  /// Uses other credentials from the next connection on. Client certificates are verified against
  /// them from the next request on.
  package func use(_ credentials: TLSCredentials) {
    present.withLock { $0 = credentials }
  }
}
