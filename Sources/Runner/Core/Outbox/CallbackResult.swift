/// What came of one try to deliver a callback.
package enum CallbackResult: Hashable, Sendable {
  /// The receiver answered, and perhaps said when to come again.
  case answered(status: Int, retryAfterSeconds: Int?)
  /// It never came to an answer.
  case failed(CallbackFault)

  /// Whether the receiver has it.
  package var isDelivered: Bool {
    if case .answered(200..<300, _) = self { true } else { false }
  }

  /// What a metric counts it as: `delivered`, `refused` for any other answer, or the fault.
  var name: String {
    switch self {
    case .answered: isDelivered ? "delivered" : "refused"
    case .failed(let fault): fault.rawValue
    }
  }

  /// Whether another try can only end the same: the receiver is gone for good (410), or policy and
  /// not the network is in the way.
  package var isFinal: Bool {
    switch self {
    case .answered(let status, _): status == 410
    case .failed(.address), .failed(.url), .failed(.job): true
    case .failed: false
    }
  }

  /// Whether the receiver has more to do than it can.
  var isOverload: Bool {
    switch self {
    case .answered(let status, _): [429, 502, 503, 504].contains(status)
    case .failed(let fault): fault == .timeout
    }
  }

  /// Whether the receiver as a whole seems not to work; nil where nothing was learnt of it.
  var isReceiverDown: Bool? {
    switch self {
    case .answered(let status, _): status == 429 || status >= 500
    case .failed(.address), .failed(.url), .failed(.job): nil
    case .failed: true
    }
  }
}

/// Why a try came to no answer, as one word for clients.
package enum CallbackFault: String, Hashable, Sendable, CaseIterable {
  /// Policy does not let callbacks go to that address.
  case address = "address_refused"
  /// The URL is none that is delivered to.
  case url = "url_refused"
  /// The job cannot be read any more.
  case job = "job_unreadable"
  /// The name of the host is not known.
  case name = "name_unknown"
  /// No connection came to stand.
  case connection = "connection_failed"
  /// TLS failed, or the certificate is not to be trusted.
  case tls = "tls_failed"
  /// It took longer than a try may.
  case timeout = "timeout"
  /// What came was no HTTP, or broke off.
  case reply = "reply_broken"
}
