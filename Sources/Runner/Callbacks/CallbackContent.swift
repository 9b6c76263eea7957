import RunnerCore

/// The body of one delivery, encoded once: what its signature is of, and what is sent.
final class CallbackContent: Sendable {
  /// Where the encoded bytes are.
  enum Storage: Sendable {
    case memory([[UInt8]])
    case file(SpoolFile)
    /// There was no room for it: it is encoded again whenever it is read.
    case document(JobDocument)
  }

  /// Length of the body in bytes.
  let byteCount: Int
  let storage: Storage
  private let spool: CallbackSpool
  private let chargedBytes: Int

  /// The output of the job could not be read.
  struct ReadFailure: Error {}

  /// Encodes `document`.
  ///
  /// - Parameter inspect: called with each piece of the text, in order.
  /// - Throws: `ReadFailure` where the text would not be whole.
  init(
    _ document: JobDocument, in spool: CallbackSpool, _ inspect: ([UInt8]) -> Void = { _ in }
  ) throws(ReadFailure) {
    var writer = SpoolWriter(spool)
    var reader = JobDocumentReader(document)
    while let piece = reader.next() {
      inspect(piece)
      writer.append(piece)
    }
    guard !reader.hasFailed else {
      spool.refund(writer.chargedBytes)
      throw ReadFailure()
    }
    self.byteCount = writer.byteCount
    self.spool = spool
    self.chargedBytes = writer.chargedBytes
    self.storage = writer.storage ?? .document(document)
  }

  deinit {
    spool.refund(chargedBytes)
  }
}
