/// One request in the audit log: who asked, from where, by what credential, for what, and what
/// became of it.
package struct AuditRecord: Hashable, Sendable {
  /// When it was answered.
  package let time: Timestamp
  /// Names the request in other logs and in the job that it made; nil for one without a head.
  package let requestID: RequestID?
  /// On whose behalf it was made; nil where that is not known.
  package let principal: Principal?
  /// Address of the client, as a listed proxy names it or as the connection has it.
  package let address: String
  /// How the caller is known: `address`, `token`, `session`; nil where it is not.
  package let evidence: String?
  /// Method of the request.
  package let method: String
  /// Pattern of its route; nil where it has none.
  package let route: String?
  /// The job that it is about, or that it made.
  package let jobID: JobID?
  /// Status of the answer.
  package let status: Int
  /// The quota that it was refused for, by its name; nil for none.
  package let quota: String?
  /// Why it was refused, in a word; nil where it was not, or its status says it all.
  package let reason: String?

  /// A record of these.
  package init(
    time: Timestamp, requestID: RequestID?, principal: Principal?, address: String,
    evidence: String?, method: String, route: String?, jobID: JobID?, status: Int,
    quota: String? = nil, reason: String? = nil
  ) {
    self.reason = reason
    self.time = time
    self.requestID = requestID
    self.principal = principal
    self.address = address
    self.evidence = evidence
    self.method = method
    self.route = route
    self.jobID = jobID
    self.status = status
    self.quota = quota
  }
}
