import PostgreSQLBase
import RunnerCore

/// SQL for the row ids of a page of jobs, newest first, by keyset.
struct PostgreSQLPageQuery {
  private(set) var sql: String
  private(set) var values: [PostgreSQLValue] = []

  init(_ query: JobQuery) {
    sql = "SELECT job.sequence FROM job"
    var conditions: [String] = []
    // Jobs of a state are in a table of their own, in the same order.
    if let status = query.status { sql += " JOIN \(Self.table(of: status)) USING (sequence)" }
    if let label = query.label {
      sql += " JOIN label USING (sequence)"
      conditions.append("label.name = \(bind(.text(label.name)))")
      conditions.append("label.value = \(bind(.text(label.value)))")
    }
    if let command = query.command {
      let text = bind(.text(command))
      conditions.append("hashtextextended(job.command, 0) = hashtextextended(\(text), 0)")
      conditions.append("job.command = \(text)")
    }
    if let client = query.client { conditions.append("job.client = \(bind(.text(client.name)))") }
    if let id = query.after {
      let cursor = bind(.bytes(id.bytes))
      conditions.append("job.sequence < (SELECT sequence FROM job WHERE id = \(cursor))")
    }
    if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
    sql += " ORDER BY job.sequence DESC LIMIT \(bind(.integer(Int64(query.limit))))"
  }

  private mutating func bind(_ value: PostgreSQLValue) -> String {
    values.append(value)
    return "$\(values.count)"
  }

  private static func table(of status: JobQuery.Status) -> String {
    switch status {
    case .queued: "ready"
    case .running: "run"
    case .finished: "ending"
    }
  }
}
