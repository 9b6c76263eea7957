import RunnerCore

/// SQL for the row ids of a page of jobs, newest first, with a cost independent of the size of the
/// store: each part reads an index backwards from the cursor, and stops when the page is full.
struct PageQuery {
  let sql: String
  private(set) var values: [SQLValue] = []

  init(_ query: JobQuery) {
    let states = query.status.map { [JobRow.stateCode(of: $0)] } ?? JobRow.readable
    let stretch = Self.stretch(query)
    if let label = query.label {
      // Labels of one name and value are in order of row id; other conditions are looked up for
      // each. Without CROSS, SQLite might begin with the jobs.
      let state = states.map(String.init).joined(separator: ", ")
      let command = query.command == nil ? "" : " AND job.command = ?"
      let client = query.client == nil ? "" : " AND job.client = ?"
      sql = """
        SELECT label.sequence FROM label CROSS JOIN job ON job.sequence = label.sequence
        WHERE label.name = ? AND label.value = ?\(stretch("label.sequence")) \
        AND job.state IN (\(state))\(command)\(client) ORDER BY label.sequence DESC LIMIT ?
        """
      values = [.text(label.name), .text(label.value)] + Self.cursor(query)
      values += query.command.map { [.text($0)] } ?? []
      values += query.client.map { [.text($0.name)] } ?? []
    } else if let client = query.client {
      // The jobs of one client are in order of row id; other conditions are looked up for each.
      let state = states.map(String.init).joined(separator: ", ")
      let command = query.command == nil ? "" : " AND command = ?"
      sql = """
        SELECT sequence FROM job INDEXED BY job_client
        WHERE client = ?\(stretch("sequence")) AND state IN (\(state))\(command) \
        ORDER BY sequence DESC LIMIT ?
        """
      values = [.text(client.name)] + Self.cursor(query)
      values += query.command.map { [.text($0)] } ?? []
    } else if query.status == nil, query.command == nil {
      sql = """
        SELECT sequence FROM job WHERE state < \(JobRow.unreadable)\(stretch("sequence")) \
        ORDER BY sequence DESC LIMIT ?
        """
      values = Self.cursor(query)
    } else {
      let command = query.command == nil ? "" : " AND command = ?"
      let parts = states.map {
        "SELECT sequence FROM job WHERE state = \($0)\(command)\(stretch("sequence"))"
      }
      sql = parts.joined(separator: " UNION ALL ") + " ORDER BY sequence DESC LIMIT ?"
      let each = (query.command.map { [SQLValue.text($0)] } ?? []) + Self.cursor(query)
      values = states.flatMap { _ in each }
    }
    values.append(.integer(Int64(query.limit)))
  }

  /// Condition that a row id is before the cursor, where there is one.
  private static func stretch(_ query: JobQuery) -> (String) -> String {
    { query.after == nil ? "" : " AND \($0) < (SELECT sequence FROM job WHERE id = ?)" }
  }

  private static func cursor(_ query: JobQuery) -> [SQLValue] {
    query.after.map { [.blob($0.bytes)] } ?? []
  }
}
