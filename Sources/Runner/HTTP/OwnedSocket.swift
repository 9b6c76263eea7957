import Glibc

/// A descriptor that is closed with its owner.
final class OwnedSocket: Sendable {
  let number: CInt

  init(adopting number: CInt) {
    precondition(number >= 0, "a descriptor is never negative")
    self.number = number
  }

  deinit {
    _ = close(number)
  }
}
