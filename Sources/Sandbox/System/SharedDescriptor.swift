/// A descriptor with several owners; closed with the last.
final class SharedDescriptor: Sendable {
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor) {
    self.descriptor = descriptor
  }

  var fd: CInt { descriptor.fd }
}
