import RunnerCore
import Testing

@testable import RunnerStore

/// A store of each earlier version becomes one of this version, and keeps what it has.
struct MigrationTests {
  private static func schema(of store: SQLiteStore) async throws -> [String] {
    try await store.reader.perform { (database) throws(SQLFailure) in
      try database.query("SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema ORDER BY 1")
      {
        (row: borrowing SQLRow) throws(SQLFailure) in row.text(0)
      }
    }
  }

  @Test(arguments: 1..<StoreSchema.steps.count)
  func `a store of an earlier version keeps its jobs`(_ version: Int) async throws {
    let (old, new) = (try Shelf(), try Shelf())
    defer {
      old.remove()
      new.remove()
    }
    let job = try Samples.full()
    do {
      var database = try SQLDatabase.open(old.path + "/jobs.db", .writing)
      try StoreSchema.migrate(&database, to: version)
      #expect(try database.number("PRAGMA user_version") == Int64(version))
      try database.run(JobRow.insertion, JobRow.values(of: job, key: nil, layers: nil))
    }
    let store = try old.open()
    #expect(try await store.leftovers().map(\.request) == [job.request])
    #expect(try await Self.schema(of: store) == Self.schema(of: try new.open()))
  }
}
