import TextFormats

/// A whole answer of the service.
struct ServiceReply {
  let head: ReplyHead
  let body: [UInt8]

  /// What `Retry-After` says, in seconds; nil where it says nothing.
  private var retryAfterSeconds: Int? { head["retry-after"].flatMap { Int($0) } }

  /// The body as JSON.
  ///
  /// - Throws: `ClientFailure` (protocolBroken) where it is none.
  func document() throws(ClientFailure) -> JSONNode {
    do throws(JSONSyntaxError) {
      return try JSONReader.read(body, as: .json)
    } catch {
      throw ClientFailure(
        .protocolBroken, "What answered is not http-runner: its document is no JSON.")
    }
  }

  /// What the status says against it; nil for 200 to 299.
  var refusal: ClientFailure? {
    guard !(200..<300).contains(head.status) else { return nil }
    let text = sentence
    switch head.status {
    case 401, 403: return ClientFailure(.refused, text)
    case 404: return ClientFailure(.notFound, text)
    case 409: return ClientFailure(.conflict, text)
    case 429, 503, 507:
      var failure = ClientFailure(kind: .busy, text)
      failure.retryAfterSeconds = retryAfterSeconds
      return failure
    case 400 where text.contains(Self.unknownEntry): return ClientFailure(.unknownEntry, text)
    case 400..<500: return ClientFailure(.usage, text)
    case 502, 504: return ClientFailure(kind: .broken, text)
    case 500: return ClientFailure(.serviceLost, text)
    default: return ClientFailure(.protocolBroken, text)
    }
  }

  /// Whether it refuses a job because as many wait as may.
  var isQueueFull: Bool { head.status == 503 && sentence.contains(Self.fullQueue) }

  /// Whether the service stops, so that the next one takes the request.
  var isStopping: Bool { head.status == 503 && sentence.hasPrefix(Self.stopping) }

  /// Whether the bytes of a file were changed on their way, so that the same piece is worth another
  /// try.
  var hasWrongDigest: Bool { head.status == 400 && sentence.contains(Self.otherDigest) }

  /// What the service says when it stops.
  private static let stopping = "The service is stopping"

  /// What the service says of a piece of a file that has another digest than it was sent with.
  private static let otherDigest = "The bytes have another digest"

  /// What the service says of a full queue alone.
  private static let fullQueue = " jobs wait, or as many bytes as may"

  /// What the original service said already, and every one since.
  private static let unknownEntry = "Specified command is not in whitelist."

  /// `error` of the document, with its field, or else the status.
  private var sentence: String {
    let status = "The service answered \(head.status)."
    do throws(ClientFailure) {
      let problem = try document()
      guard let error = problem["error"]?.text ?? problem["message"]?.text else { return status }
      guard let field = problem["field"]?.text else { return error }
      return error.hasPrefix(field) ? error : "\(field): \(error)"
    } catch {
      return status
    }
  }
}
