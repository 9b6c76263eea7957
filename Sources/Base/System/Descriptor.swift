internal import Glibc

/// An open descriptor that is closed exactly once.
///
/// The type cannot be copied, so that closing twice cannot be written; handing one on is explicit.
package struct Descriptor: ~Copyable, Sendable {
  /// Number of the descriptor, never negative; valid for the life of this value.
  package let fd: CInt

  /// Takes ownership of an open descriptor.
  package init(adopting fd: CInt) {
    precondition(fd >= 0, "a descriptor is never negative")
    self.fd = fd
  }

  deinit {
    _ = Glibc.close(fd)
  }

  /// Gives the descriptor up without closing it.
  package consuming func surrender() -> CInt {
    let fd = self.fd
    discard self
    return fd
  }
}
