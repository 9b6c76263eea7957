/// Name of one of the two output streams of a job.
package enum OutputStreamName: String, Sendable, CaseIterable {
  case stdout, stderr
}
