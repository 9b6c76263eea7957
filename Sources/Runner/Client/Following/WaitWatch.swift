import TextFormats

/// What a queued job waits for, asked for now and then while it waits, for the status line alone:
/// what fails is asked again later, and nothing depends on it.
final class WaitWatch {
  /// The member `waiting` of the job; nil before the first answer.
  private(set) var wait: JSONNode?

  private let client: ServiceClient
  private let id: String
  private var transfer: HTTPTransfer?
  private var body: [UInt8] = []
  private var nextTime: ContinuousClock.Instant?

  /// From one question to the next.
  private static let pause = Duration.seconds(3)
  private static let timeoutSeconds = 30
  private static let bytesMax = 4 << 20

  init(_ client: ServiceClient, _ id: String) {
    self.client = client
    self.id = id
  }

  deinit {
    // Its receiver is this object's.
    if let transfer { client.loop.remove(transfer) }
  }

  /// Takes an answer over, or asks where it is time.
  func step(at now: ContinuousClock.Instant) {
    if let transfer, transfer.code != nil {
      self.transfer = nil
      read(transfer)
    }
    guard transfer == nil, nextTime.map({ $0 <= now }) ?? true else { return }
    nextTime = now + Self.pause
    body = []
    do throws(ClientFailure) {
      transfer = try client.start(.get("/\(id)"), .total(Self.timeoutSeconds)) { [unowned self] in
        receive($1)
      }
    } catch {
      return
    }
  }

  private func receive(_ bytes: [UInt8]) -> HTTPTransfer.Verdict {
    guard body.count + bytes.count <= Self.bytesMax else { return .stop }
    body += bytes
    return .taken
  }

  private func read(_ transfer: HTTPTransfer) {
    guard transfer.failure == nil, transfer.head.status == 200 else { return }
    do throws(JSONSyntaxError) {
      wait = try JSONReader.read(body, as: .json)["waiting"]
    } catch {
      return
    }
  }
}
