/// Exit codes of the client that are not a job's own: those of timeout(1), of docker-run(1), of the
/// shell, and of sysexits.h for what is wrong on this side.
package enum ClientExit: Int32, Sendable {
  /// All that was asked for is done.
  case ok = 0
  /// The service refused it in the state that things are in (409).
  case conflict = 1
  /// The command line, or the request that was made of it, is wrong.
  case usage = 64
  /// The service has no such job.
  case notFound = 66
  /// The service cannot be reached.
  case unreachable = 69
  /// Queue, disk or quota is full; later it may go.
  case busy = 75
  /// What answered is not this service, or is none that can be understood.
  case protocolBroken = 76
  /// The service does not know the client, or does not permit it.
  case refused = 77
  /// A configuration, a token file or a certificate of this side cannot be used.
  case configuration = 78
  /// A time-out or the deadline ended the job; also that of `wait`.
  case timeout = 124
  /// Service or connection was lost for good, or ended the job.
  case serviceLost = 125
  /// The program could not be started, or a job that it was to follow did not succeed.
  case launchFailed = 126
  /// The service has no such entry.
  case unknownEntry = 127
  /// Cancelled, or left, from here.
  case interrupted = 130
  /// The memory limit ended the job.
  case memory = 137
  /// What reads standard output has closed it (128 and SIGPIPE).
  case outputClosed = 141
  /// Cancelled by another client.
  case cancelledElsewhere = 143
}
