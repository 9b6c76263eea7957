import Glibc

/// A descriptor that is closed with its owner.
final class OwnedSocket: Sendable {
  let descriptor: CInt

  init(adopting descriptor: CInt) {
    precondition(descriptor >= 0, "a descriptor is never negative")
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
  }
}
