import PostgreSQLBase
import RunnerCore

/// Long output.
extension PostgreSQLStore {
  static func number(of stream: OutputStreamName) -> Int64 { stream == .stdout ? 0 : 1 }

  /// Copies the output of a job that ends from its files into the database, on a connection of its
  /// own: no reader sees it before the end is there, and the commit of the end makes it durable.
  ///
  /// - Throws: `StoreFailure`, `fenced` where the job does not run under this epoch; what is in the
  ///   database already is not written again by the next try.
  func storeOutput(of job: Job) async throws(StoreFailure) {
    let streams = [(OutputStreamName.stdout, job.output.stdout), (.stderr, job.output.stderr)]
    for (name, bytes) in streams where bytes.isInFile {
      guard await bytes.sync() else {
        throw .unusable("The disk failed to keep the output of job \(job.id).")
      }
      let size = DatabaseOutputFile.chunkBytes
      for number in 0..<(bytes.keptBytes + size - 1) / size {
        try await storeChunk(number, of: bytes, name, job)
      }
    }
  }

  private func storeChunk(
    _ number: Int, of bytes: CapturedBytes, _ name: OutputStreamName, _ job: Job
  ) async throws(StoreFailure) {
    let size = DatabaseOutputFile.chunkBytes
    let id = job.id
    let epoch = PostgreSQLValue.integer(Int64(bitPattern: job.epoch))
    let boot = boot
    let count = try await outputWriter.perform { (database) throws(PostgreSQLFailure) in
      // On the thread of this connection, which may wait for a disk.
      let slice = bytes.read(at: number * size, bytesMax: size).bytes
      guard slice.count == min(size, bytes.keptBytes - number * size) else {
        throw PostgreSQLFailure(
          .statement(state: "58030"), "The disk failed to read the output of job \(id).")
      }
      return try database.scalar(
        """
        WITH running AS (
          SELECT sequence, epoch FROM run JOIN job USING (sequence)
          WHERE job.id = $1 AND run.epoch = $2 AND run.boot = $6),
        added AS (
          INSERT INTO chunk (sequence, stream, epoch, number, data)
          SELECT sequence, $3::int8, epoch, $4::int8, $5::bytea FROM running
          ON CONFLICT DO NOTHING)
        SELECT count(*) FROM running
        """,
        [
          .bytes(id.bytes), epoch, .integer(Self.number(of: name)), .integer(Int64(number)),
          .bytes(Array(slice)), .integer(boot),
        ])
    }
    // An end that was not confirmed before may be there already.
    guard count == 1 || isDoubtful(id) else { throw .fenced }
  }
}
