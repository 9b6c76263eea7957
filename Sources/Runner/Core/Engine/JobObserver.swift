/// Identifies one subscription to a job. Made by `JobTable` alone, so that each is unique.
package struct JobObserver: Hashable, Sendable {
  let job: JobID
  let watcherID: UInt64
}
