import PostgreSQLBase
import RunnerCore

/// An output stream of an ended job in the table `chunk`, each of which has `chunkBytes` but for
/// the last. It does not grow.
struct DatabaseOutputFile: OutputFile {
  static let chunkBytes = 256 << 10

  let reader: PostgreSQLReader
  let sequence: Int64
  /// 0 for standard output, 1 for standard error.
  let stream: Int64
  let epoch: Int64

  func append(_ bytes: [UInt8], then done: @escaping @Sendable (Int) -> Void) { done(0) }

  func sync(then done: @escaping @Sendable (Bool) -> Void) { done(true) }

  func read(at offset: UInt64, count: Int, then done: @escaping @Sendable ([UInt8]) -> Void) {
    let read = query(at: offset, count)
    Task {
      do throws(StoreFailure) {
        done(try await reader.perform(read))
      } catch {
        done([])
      }
    }
  }

  func read(at offset: UInt64, count: Int) -> [UInt8] {
    switch reader.performNow(query(at: offset, count)) {
    case .success(let bytes): bytes
    case .failure: []
    }
  }

  private func query(
    at offset: UInt64, _ count: Int
  ) -> @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> [UInt8] {
    { [sequence, stream, epoch] (database) throws(PostgreSQLFailure) in
      guard count > 0 else { return [] }
      let start = Int(clamping: offset)
      let first = start / Self.chunkBytes
      let chunks = try database.query(
        """
        SELECT data FROM chunk
        WHERE sequence = $1 AND stream = $2::int8 AND epoch = $3 AND number >= $4 AND number <= $5
        ORDER BY number
        """,
        [
          .integer(sequence), .integer(stream), .integer(epoch), .integer(Int64(first)),
          .integer(Int64((start + count - 1) / Self.chunkBytes)),
        ]
      ) { (row) throws(PostgreSQLFailure) in row.blob(0) }
      return Array(chunks.joined().dropFirst(start - first * Self.chunkBytes).prefix(count))
    }
  }
}
