import RunnerCore
import TextFormats

/// `GET /jobs`: which page a client wants, and how it reads.
enum JobPage {
  /// The parameters of the path.
  static let known: Set<String> = ["status", "command", "label", "limit", "after"]

  /// - Throws: `Query.ParseError` for values that none of them can have.
  static func query(_ given: Query) throws(Query.ParseError) -> JobQuery {
    var query = JobQuery()
    if let status = given["status"] {
      guard let known = JobQuery.Status(rawValue: status) else {
        throw Query.ParseError(error: "It must be queued, running or finished.", field: "status")
      }
      query.status = known
    }
    query.command = given["command"]
    if let label = given["label"] {
      let parts = label.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Query.ParseError(error: "It must be name:value.", field: "label")
      }
      query.label = JobLabel(name: String(parts[0]), value: String(parts[1]))
    }
    query.limit = try given.number("limit", in: 1...JobQuery.limitMax) ?? query.limit
    if let after = given["after"] {
      guard let id = JobID(after) else {
        throw Query.ParseError(error: "It must be the id of a job.", field: "after")
      }
      query.after = id
    }
    return query
  }

  /// `{"jobs":[…],"next":…}`: the jobs without their output, and the cursor of the next page, null
  /// on the last.
  static func bytes(_ jobs: [JobSnapshot], limit: Int) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("jobs")
    writer.beginArray()
    for job in jobs { writer.rawValue(JobDocument.summary(of: job)) }
    writer.endArray()
    writer.key("next")
    if jobs.count == limit, let last = jobs.last {
      writer.string(last.id.description)
    } else {
      writer.null()
    }
    writer.endObject()
    return writer.bytes
  }
}
