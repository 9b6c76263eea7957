import Foundation
import Glibc
import RunnerCore
import Testing

@testable import RunnerCallbacks

/// Signatures as Standard Webhooks 1.0.0 has them.
struct WebhookSignatureTests {
  private func secret(_ base64: String) throws -> WebhookSecret {
    let bytes = try #require(Data(base64Encoded: base64))
    return try #require(WebhookSecret(Array(bytes)))
  }

  private func signature(_ pieces: [String], _ secrets: [WebhookSecret]) -> String? {
    let signature = WebhookSignature(
      "msg_p5jXN8AQM9LWM0D4loKWxJek", at: 1_614_265_330, with: secrets)
    for piece in pieces { signature?.append(Array(piece.utf8)) }
    return signature?.finish()
  }

  // Proves P-058.
  @Test func `the published example has its published signature, in any pieces`() throws {
    let secret = try secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    #expect(signature([#"{"test": 2432232314}"#], [secret]) == expected)
    #expect(signature([#"{"te"#, #"st": 243"#, "2232314}"], [secret]) == expected)
    #expect(signature([#"{"test": 2432232315}"#], [secret]) != expected)
  }

  @Test func `each secret signs, and without one nothing does`() throws {
    let one = try secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    let two = try secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    let both = try #require(signature(["x"], [two, one]))
    #expect(
      both.split(separator: " ").map(String.init) == [
        signature(["x"], [two]), signature(["x"], [one]),
      ])
    #expect(signature(["x"], []) == "")
  }

  @Test func `a secret has 24 to 64 bytes, and no text`() {
    #expect(WebhookSecret([UInt8](repeating: 0, count: 23)) == nil)
    #expect(WebhookSecret([UInt8](repeating: 0, count: 65)) == nil)
    let secret = WebhookSecret([UInt8](repeating: 7, count: 24))
    #expect(secret.map { "\($0)" } == "a secret")
  }

  @Test func `a receiver with the secret can verify what it gets`() async throws {
    let secrets = [
      try secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
      try secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ]
    let receiver = try Receiver()
    defer { receiver.close() }
    let job = try await FinishedJobs.job(receiver.url())
    try await FinishedJobs.deliver([job], CallbackPolicy(secrets: secrets)) { _, _ in
      let request = try await receiver.requests.wait(for: 1)[0]
      let seconds = try #require(request.values(of: "webhook-timestamp").first.flatMap { Int($0) })
      let expected = WebhookSignature(job.id.description, at: seconds, with: secrets)
      expected?.append(request.body)
      #expect(request.values(of: "webhook-signature") == [expected?.finish()])
    }
  }
}
