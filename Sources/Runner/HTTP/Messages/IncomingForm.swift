/// A form on its way, thing by thing.
struct IncomingForm {
  /// Why there is no next thing.
  enum ReadError: Error, Hashable, Sendable {
    /// The connection ended before the body did.
    case incomplete
    /// What came is no form that is taken: a sentence for the client.
    case malformed(String)
  }

  /// Where it comes from.
  let pipe: BodyPipe
  private var parser: MultipartParser

  init(_ pipe: BodyPipe, _ boundary: FormBoundary) {
    self.pipe = pipe
    parser = MultipartParser(boundary)
  }

  /// The next event. Nothing follows `end`.
  mutating func next() async throws(ReadError) -> MultipartParser.Event {
    while true {
      do throws(MultipartError) {
        if let event = try parser.next() { return event }
      } catch {
        throw .malformed(error.error)
      }
      do throws(BodyPipe.IncompleteError) {
        if let bytes = try await pipe.next() { parser.append(bytes) } else { parser.finish() }
      } catch {
        throw .incomplete
      }
    }
  }
}
