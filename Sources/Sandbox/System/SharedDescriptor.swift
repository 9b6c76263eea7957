/// A descriptor with several holders; closed when the last lets go.
final class SharedDescriptor: Sendable {
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor) {
    self.descriptor = descriptor
  }

  var number: CInt { descriptor.number }
}
