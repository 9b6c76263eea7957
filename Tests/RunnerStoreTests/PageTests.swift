import RunnerCore
import Testing

@testable import RunnerStore

/// Pages of the list of jobs, whatever they are filtered by.
struct PageTests {
  private static let queries: [JobQuery] = {
    var queries: [JobQuery] = []
    for status in JobQuery.Status.allCases.map({ $0 }) + [nil] {
      for command in ["/bin/a", "/bin/b", "/bin/none", nil] {
        for label in [JobLabel(name: "n", value: "1"), JobLabel(name: "n", value: "none"), nil] {
          for client in [Principal(name: "c"), Principal(name: "none"), nil] {
            var query = JobQuery()
            query.status = status
            query.command = command
            query.label = label
            query.client = client
            queries.append(query)
          }
        }
      }
    }
    return queries
  }()

  /// Jobs of two commands, with and without a label, in every state and in no order of states.
  private static func fill(_ store: SQLiteStore) async throws -> [Job] {
    var jobs: [Job] = []
    for number in 0..<60 {
      let request = try JobRequest(
        command: number % 3 == 0 ? "/bin/a" : "/bin/b", arguments: ["\(number)"]
      )
      .labelled(number % 5 < 3 ? [JobLabel(name: "n", value: "\(number % 2)")] : [])
      var job = Job(
        request: request, client: Principal(name: number % 4 == 0 ? "d" : "c"),
        createdAt: SampleJobs.time)
      _ = try await store.add(job, key: nil)
      if number % 7 > 1 {
        job = try SampleJobs.started(
          job, epoch: try #require(await store.claim(job.id, at: SampleJobs.time)))
      }
      if number % 7 > 3 {
        job = try SampleJobs.ended(job)
        _ = try await store.end(job)
      }
      jobs.insert(job, at: 0)
    }
    return jobs
  }

  @Test func `a page holds what its filters say, all of it and in order`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let jobs = try await Self.fill(store)
    for var query in Self.queries {
      let wanted = jobs.filter { query.matches($0) }.map(\.id)
      #expect(try await store.page(query).map(\.id) == Array(wanted.prefix(50)), "\(query)")
      query.limit = 2
      var found: [JobID] = []
      while true {
        let page = try await store.page(query).map(\.id)
        found += page
        guard page.count == 2 else { break }
        query.after = page[1]
      }
      #expect(found == wanted, "\(query)")
    }
  }

  /// What a page costs does not grow with the store.
  @Test func `no page is sorted, nor found by looking at every job`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    for var query in Self.queries {
      for after in [nil, JobID.random()] {
        query.after = after
        let page = PageQuery(query)
        let steps = try await store.reader.perform { (database) throws(SQLFailure) in
          try database.query("EXPLAIN QUERY PLAN " + page.sql, page.values) {
            (row: borrowing SQLRow) throws(SQLFailure) in row.text(3)
          }
        }
        let isInOrder = query.status == nil && query.command == nil && query.label == nil
        for step in steps {
          #expect(!step.contains("TEMP B-TREE"), "\(query): \(steps)")
          #expect(!step.hasPrefix("SCAN job") || isInOrder || step.contains("INDEX"), "\(steps)")
        }
      }
    }
  }
}
