/// The port to the HTTP client that makes one delivery attempt.
package protocol CallbackTransport: Sendable {
  /// Why `url` can never be delivered to, in one sentence for the client; nil if it can.
  func problem(with url: String) -> String?

  /// Makes one attempt to send an ended job to its callback URL. Returns at once:
  /// threads of the transport read the disk and use the network.
  ///
  /// - Parameter then: called once, on any thread, with what came of it; with nil when the service
  ///   stopped before that was known.
  func send(_ job: JobSnapshot, _ then: @escaping @Sendable (CallbackOutcome?) -> Void)

  /// Accepts no more deliveries, lets those in flight end within their time limit, and returns when
  /// the completion of each was called.
  func stop() async
}

/// Result and duration of one delivery attempt.
package struct CallbackOutcome: Hashable, Sendable {
  /// Result of the attempt.
  package let result: CallbackResult
  /// Duration of the attempt in milliseconds; 0 where no request was sent.
  package let milliseconds: Int

  /// A result with the duration of its attempt in milliseconds.
  package init(_ result: CallbackResult, milliseconds: Int) {
    self.result = result
    self.milliseconds = milliseconds
  }
}
