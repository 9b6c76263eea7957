import RunnerCore

/// The body of a response that is made while it is sent.
protocol BodySource: Sendable {
  /// Begins to read it. Nothing that is asked of the result waits for a disk, nor for much work.
  ///
  /// - Parameter wake: called from any thread when there is more, where the result said `wait`.
  func opened(wake: @escaping @Sendable () -> Void) -> any FollowSource

  /// Where all of it stands in a file that can be transferred; nil for other bodies.
  var storedRange: (file: any OutputFile, range: Range<Int>)? { get }
}

extension BodySource {
  var storedRange: (file: any OutputFile, range: Range<Int>)? { nil }
}

extension JobDocumentReader: BodySource {
  func opened(wake: @escaping @Sendable () -> Void) -> any FollowSource {
    BodyReader(self, wake: wake)
  }
}
