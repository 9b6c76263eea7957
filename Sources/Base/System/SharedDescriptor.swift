/// A descriptor with several owners; closed with the last.
package final class SharedDescriptor: Sendable {
  private let descriptor: Descriptor

  /// Takes ownership of `descriptor`, which is closed when the last reference to this object goes.
  package init(_ descriptor: consuming Descriptor) {
    self.descriptor = descriptor
  }

  /// Takes ownership of a descriptor that no other object closes.
  package convenience init(adopting number: CInt) {
    self.init(Descriptor(adopting: number))
  }

  /// The descriptor, for calls made while this object is held.
  package var fd: CInt { descriptor.fd }
}
