/// Names one who is told of a job. Handed out by the table of jobs, so that no two are the same.
package struct JobObserver: Hashable, Sendable {
  let job: JobID
  let watcherID: UInt64
}
