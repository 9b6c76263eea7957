import Synchronization
import TestSupport
import Testing

/// Everything that is shown of one server at its default limits. Each suite within it is a part of
/// the isolation contract; a test that needs a server of its own kind starts one.
///
/// Each promise has a negative twin: the same probe outside the service, where it finds or can do
/// what the job could not. Without it, a probe that always fails would look like confinement.
@Suite(.sharedServer)
struct Confinement {}

extension Confinement {
  /// The server of the running suite.
  static func server() throws -> RunningServer {
    guard let shared = SharedServer.current else {
      throw TestFailure("the test is not within a suite that has a server")
    }
    return shared.server
  }

  /// What a check of the probe prints as a job; run once for all tests that ask.
  static func facts(_ check: String, _ arguments: [String] = []) throws -> ProbeOutput {
    guard let shared = SharedServer.current else {
      throw TestFailure("the test is not within a suite that has a server")
    }
    let words = [check] + arguments
    return try shared.facts.answer(words) { try shared.server.probe(check, arguments) }
  }

  /// What the same check prints outside, as root; run once.
  static func bareFacts(_ check: String, _ arguments: [String] = []) throws -> ProbeOutput {
    try bare.answer([check] + arguments) { try Probe.bare(check, arguments) }
  }

  /// What it prints outside, as a user without privilege; run once.
  static func unprivilegedFacts(_ check: String) throws -> ProbeOutput {
    try unprivileged.answer([check]) { try Probe.unprivileged(check) }
  }

  private static let bare = ProbeOutputCache()
  private static let unprivileged = ProbeOutputCache()
}
