/// A descriptor with several owners; closed with the last.
package final class SharedDescriptor: Sendable {
  private let descriptor: Descriptor

  package init(_ descriptor: consuming Descriptor) {
    self.descriptor = descriptor
  }

  /// Takes over a descriptor that nobody else closes.
  package convenience init(adopting number: CInt) {
    self.init(Descriptor(adopting: number))
  }

  /// The descriptor, for calls made while this object is held.
  package var fd: CInt { descriptor.fd }
}
