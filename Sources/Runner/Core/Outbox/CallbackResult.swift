/// Result of one delivery attempt.
package enum CallbackResult: Hashable, Sendable {
  /// The receiver responded; `retryAfterSeconds` is nil without `Retry-After` (RFC 9110, 10.2.3).
  case answered(status: Int, retryAfterSeconds: Int?)
  /// The attempt ended without a response.
  case failed(CallbackFailure)

  /// Whether the receiver accepted the callback: a status of 200...299.
  package var isDelivered: Bool {
    if case .answered(200..<300, _) = self { true } else { false }
  }

  /// Label value for metrics: `delivered`, `refused` for any other response, or the fault.
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

  /// Whether the receiver is overloaded: status 429, 502, 503 or 504, or a timeout.
  var isOverload: Bool {
    switch self {
    case .answered(let status, _): [429, 502, 503, 504].contains(status)
    case .failed(let fault): fault == .timeout
    }
  }

  /// Whether the receiver as a whole seems to be down; nil where the result does not show it.
  var isReceiverDown: Bool? {
    switch self {
    case .answered(let status, _): status == 429 || status >= 500
    case .failed(.address), .failed(.url), .failed(.job): nil
    case .failed: true
    }
  }
}

/// Why an attempt ended without a response, as one word for clients.
package enum CallbackFailure: String, Hashable, Sendable, CaseIterable {
  /// The address policy does not permit the receiver's address.
  case address = "address_refused"
  /// The form of the URL is not permitted.
  case url = "url_refused"
  /// The job cannot be read any more.
  case job = "job_unreadable"
  /// The host name could not be resolved.
  case name = "name_unknown"
  /// No connection could be established.
  case connection = "connection_failed"
  /// The TLS handshake failed, or the certificate is not trusted.
  case tls = "tls_failed"
  /// The attempt exceeded its time limit.
  case timeout = "timeout"
  /// The response was malformed or incomplete.
  case reply = "reply_broken"
}
