package import RunnerCore
internal import DigestBase
internal import TextFormats

/// The secrets by which calls of one hook are proven: any of them counts, so that one can be
/// replaced while senders have the other. It has no text.
package struct HookSecret: Hashable, Sendable, CustomStringConvertible {
  /// What a request says for itself.
  package struct Evidence {
    /// The value of a field by its name in lower case; nil for one that is not there.
    let field: (String) -> String?
    let body: [UInt8]

    /// Evidence of header fields and a body.
    package init(field: @escaping (String) -> String?, body: [UInt8]) {
      self.field = field
      self.body = body
    }
  }

  /// Why a file holds no secrets: a sentence that quotes nothing of it.
  package struct ParseError: Error, Hashable, Sendable {
    /// The sentence.
    package let text: String
  }

  /// Secrets of one file at most.
  package static let countMax = 4
  /// Bytes of a secret.
  package static let byteCounts = 16...256
  /// Bytes of a file at most.
  package static let fileBytesMax = 4096
  /// How far the time of a call may be from now, in seconds (Standard Webhooks, "Timestamp").
  private static let toleranceSeconds: Int64 = 300
  /// Bytes of the id of a call, by which it is known again.
  private static let idByteCounts = 1...255
  private static let standardStart = "whsec_"
  private static let standardByteCounts = 24...64

  /// Where a call has its proof.
  let scheme: HookCredential.Method
  /// What the senders of the hook may use together.
  let quota: PrincipalQuota
  /// Keys of signatures; empty for `field`.
  private let secrets: [[UInt8]]
  /// Digests of the secrets of `field`, which are not kept themselves; empty for signatures.
  private let digests: [TokenDigest]

  /// Reads a file: secrets, one a line; for Standard Webhooks `whsec_` and base64.
  ///
  /// - Throws: `ParseError` for a file without a secret, with too many, and for one that is too
  ///   short to be none that is guessed.
  package init(
    _ file: [UInt8], for scheme: HookCredential.Method, quota: PrincipalQuota = .unlimited
  ) throws(ParseError) {
    self.scheme = scheme
    self.quota = quota
    guard file.count <= Self.fileBytesMax, let text = String(validating: file, as: UTF8.self),
      text.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0a || $0 == 0x0d })
    else { throw ParseError(text: "It must be lines of printable ASCII characters.") }
    let lines = text.split { $0.isNewline }.map(\.trimmedOfSpaces).filter { !$0.isEmpty }
    guard (1...Self.countMax).contains(lines.count) else {
      throw ParseError(text: "It must have 1 to \(Self.countMax) secrets, one a line.")
    }
    var secrets: [[UInt8]] = []
    for line in lines {
      guard scheme == .standard else {
        guard Self.byteCounts.contains(line.utf8.count) else {
          throw ParseError(
            text: "A secret has \(Self.byteCounts.lowerBound) to \(Self.byteCounts.upperBound) "
              + "characters. To make one: openssl rand -hex 32")
        }
        secrets.append(Array(line.utf8))
        continue
      }
      guard line.hasPrefix(Self.standardStart),
        let bytes = Base64.decode(line.dropFirst(Self.standardStart.count)),
        Self.standardByteCounts.contains(bytes.count)
      else {
        throw ParseError(
          text:
            "A secret of Standard Webhooks is whsec_ and base64 of 24 to 64 bytes. To make one: "
            + "echo whsec_$(openssl rand -base64 32)")
      }
      secrets.append(bytes)
    }
    guard case .field = scheme else {
      (self.secrets, digests) = (secrets, [])
      return
    }
    self.secrets = []
    digests = secrets.compactMap { TokenDigest(ofText: String(decoding: $0, as: UTF8.self)) }
    guard digests.count == secrets.count else {
      throw ParseError(text: "Its digest could not be made: SHA-256 is switched off here.")
    }
  }

  /// A constant, so that no log holds the secret.
  package var description: String { "a secret" }

  /// Whether a request has a field that is to prove it.
  func isClaimed(by evidence: Evidence) -> Bool {
    switch scheme {
    case .hub: evidence.field(HookCredential.hubField) != nil
    case .standard: evidence.field("webhook-signature") != nil
    case .field(let name): evidence.field(name) != nil
    }
  }

  /// Whether the fields of a request that claims a proof leave room for one: of a signature its
  /// form and its time, of `field` the whole proof. What fails here needs no body.
  func mayBeProven(by evidence: Evidence, at now: Timestamp) -> Bool {
    switch scheme {
    case .hub: Self.hubSignature(evidence) != nil
    case .standard: Self.standardTime(evidence, at: now) != nil
    case .field: proves(evidence, at: now)
    }
  }

  /// The key under which a proven call is the same when it comes again: what its signature covers,
  /// since a field that it does not cover can be changed by one that overheard the call.
  ///
  /// - Returns: nil for `field`, which covers nothing.
  func repetitionKey(of evidence: Evidence) -> String? {
    switch scheme {
    case .hub: Self.hubSignature(evidence).map { Hexadecimal.text(of: $0) }
    case .standard: evidence.field("webhook-id")
    case .field: nil
    }
  }

  /// 32 bytes; nil where the field is none of GitHub's.
  private static func hubSignature(_ evidence: Evidence) -> [UInt8]? {
    guard let given = evidence.field(HookCredential.hubField), given.hasPrefix("sha256="),
      let signature = Hexadecimal.bytes(of: Array(given.utf8.dropFirst(7))[...]),
      signature.count == TokenDigest.byteCount
    else { return nil }
    return signature
  }

  /// Id and time of a call, as they are signed; nil where its time is over, or its id is none.
  private static func standardTime(
    _ evidence: Evidence, at now: Timestamp
  ) -> (id: String, time: String)? {
    guard let id = evidence.field("webhook-id"), idByteCounts.contains(id.utf8.count),
      id.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
      let time = evidence.field("webhook-timestamp"), let seconds = Int64(time),
      (0...(1 << 40)).contains(seconds),
      abs(now.microseconds / 1_000_000 - seconds) <= toleranceSeconds
    else { return nil }
    return (id, time)
  }

  /// Whether a request is proven by one of the secrets, in a time that does not depend on where a
  /// proof is wrong.
  package func proves(_ evidence: Evidence, at now: Timestamp) -> Bool {
    switch scheme {
    case .hub:
      guard let signature = Self.hubSignature(evidence) else { return false }
      return matches([signature], over: evidence.body)
    case .standard: return hasStandardSignature(evidence, at: now)
    case .field(let name):
      guard let given = evidence.field(name) else { return false }
      // Digests are compared, so that not even the length of a secret shows.
      guard let digest = TokenDigest(ofText: given) else { return false }
      return digests.reduce(false) { $1 == digest || $0 }
    }
  }

  private func hasStandardSignature(_ evidence: Evidence, at now: Timestamp) -> Bool {
    guard let (id, time) = Self.standardTime(evidence, at: now),
      let given = evidence.field("webhook-signature")
    else { return false }
    let signatures = given.split(separator: " ").prefix(2 * Self.countMax).compactMap { word in
      word.hasPrefix("v1,") ? Base64.decode(word.dropFirst(3)) : nil
    }
    return matches(signatures, over: Array("\(id).\(time).".utf8) + evidence.body)
  }

  /// Whether one of the signatures is HMAC-SHA256 of the bytes with one of the secrets.
  private func matches(_ signatures: [[UInt8]], over bytes: [UInt8]) -> Bool {
    var isFound = false
    for secret in secrets {
      guard let wanted = Self.hash(bytes, with: secret) else { return false }
      for signature in signatures {
        isFound = Self.areEqual(wanted, signature) || isFound
      }
    }
    return isFound
  }

  /// In a time that depends on the lengths alone.
  private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// - Returns: nil when the library failed.
  private static func hash(_ bytes: [UInt8], with secret: [UInt8]) -> [UInt8]? {
    let hash = KeyedHash(key: secret)
    hash?.append(bytes)
    return hash?.value()
  }
}

extension Substring {
  fileprivate var trimmedOfSpaces: Substring {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
