import Dispatch
import Synchronization
import TestSupport

/// Clients that submit, cancel and ask at one time, until the service is gone.
final class TortureClients: Sendable {
  /// What a client did that is known to the service, or may be.
  struct Sent: Sendable {
    let job: TortureJob
    /// Nil where no answer came.
    let id: String?
  }

  private let sent = Mutex<[Sent]>([])
  private let faults = Mutex<[String]>([])
  private let group = DispatchGroup()

  /// Each list is sent by a client of its own, job by job.
  init(to client: HTTPClient, _ lists: [[TortureJob]]) {
    for list in lists {
      DispatchQueue(label: "torture client").async(group: group) { [self] in
        // A connection that broke is the end of this client.
        for job in list {
          guard (try? send(job, client)) == true else { return }
        }
      }
    }
  }

  /// Waits for all clients; what they sent, and what should not have been answered.
  func finish() throws -> [Sent] {
    group.wait()
    if let fault = faults.withLock({ $0.first }) { throw TestFailure(fault) }
    return sent.withLock { $0 }
  }

  /// - Returns: false when the service takes no more.
  private func send(_ job: TortureJob, _ client: HTTPClient) throws -> Bool {
    var headers = [("Content-Type", "application/json")]
    if let key = job.key { headers.append(("Idempotency-Key", key)) }
    let reply: HTTPMessage
    do {
      reply = try client.ask("POST", "/", headers: headers, body: Array(job.body.utf8))
    } catch {
      note(job, nil)
      throw error
    }
    // The head counts: a long body may be cut off behind it.
    guard reply.status == 202, let id = reply["location"] else {
      note(job, nil)
      if reply.status != 503 {
        faults.withLock { $0.append("\(job): \(reply.startLine) \(reply.text)") }
      }
      return false
    }
    note(job, id)
    if job.kind == .cancelled {
      let cancelled = try client.ask("POST", "/\(id)/cancel", body: [])
      if cancelled.status != 202, cancelled.status != 503 {
        faults.withLock { $0.append("cancel \(job): \(cancelled.startLine) \(cancelled.text)") }
      }
    }
    return true
  }

  private func note(_ job: TortureJob, _ id: String?) {
    sent.withLock { $0.append(Sent(job: job, id: id)) }
  }
}
