import Glibc
import Synchronization
import Testing

@testable import RunnerHTTP

/// Whatever a connection is told beside the library goes through its writer.
struct ConnectionWriterTests {
  private final class RecordingWriter: ConnectionWriter {
    let messages = Mutex<[[UInt8]]>([])

    func write(_ message: [UInt8], to descriptor: CInt) {
      messages.withLock { $0.append(message) }
    }
  }

  /// Ends a connection over a socket pair.
  ///
  /// - Returns: what its peer got.
  private static func sent(
    _ writer: any ConnectionWriter, _ end: (Connection) -> Void
  ) throws -> [UInt8] {
    var pair: [CInt] = [-1, -1]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try #require(unsafe socketpair(AF_UNIX, type, 0, &pair) == 0)
    defer { for descriptor in pair { close(descriptor) } }
    end(Connection(descriptor: pair[0], headTime: .zero, writer: writer))
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = unsafe recv(pair[1], &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, count)))
  }

  private static let ends: [@Sendable (Connection) -> Void] = [
    { $0.abort(with: [1, 2]) }, { $0.halfClose(with: [1, 2]) },
    { $0.expire(at: .now) { _, _ in [1, 2] } },
  ]

  @Test(arguments: ends.indices)
  func `last words go through the writer and nowhere else`(index: Int) throws {
    let writer = RecordingWriter()
    #expect(try Self.sent(writer, Self.ends[index]).isEmpty)
    #expect(writer.messages.withLock { $0 } == [[1, 2]])
  }

  @Test(arguments: ends.indices)
  func `the plain writer sends them as they are`(index: Int) throws {
    #expect(try Self.sent(PlainConnectionWriter(), Self.ends[index]) == [1, 2])
  }
}
