/// The port to whatever makes one try to deliver a callback.
package protocol CallbackTransport: Sendable {
  /// Why `url` can never be delivered to, in one sentence for the client; nil if it can.
  func problem(with url: String) -> String?

  /// Sends a finished job to its request's callback, once.
  ///
  /// - Parameter then: called once, on any thread, with what came of it; with nil when the service
  ///   stopped before that was known.
  func send(_ job: JobSnapshot, _ then: @escaping @Sendable (CallbackOutcome?) -> Void)

  /// Takes no more, lets what it has finish within its bound, and returns when all is told.
  func stop() async
}

/// What came of a try, and how long it took.
package struct CallbackOutcome: Hashable, Sendable {
  package let result: CallbackResult
  package let milliseconds: Int

  package init(_ result: CallbackResult, milliseconds: Int) {
    self.result = result
    self.milliseconds = milliseconds
  }
}
