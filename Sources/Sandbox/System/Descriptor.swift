internal import Glibc

/// An open descriptor that is closed exactly once.
///
/// The type cannot be copied, so that closing twice cannot be written; handing one on is explicit.
package struct Descriptor: ~Copyable, Sendable {
  package let number: CInt

  /// Takes over a descriptor that nobody else closes.
  package init(adopting number: CInt) {
    precondition(number >= 0, "a descriptor is never negative")
    self.number = number
  }

  deinit {
    _ = Glibc.close(number)
  }

  /// Gives the descriptor up without closing it.
  package consuming func surrender() -> CInt {
    let number = self.number
    discard self
    return number
  }
}
