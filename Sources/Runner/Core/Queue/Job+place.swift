/// The order of waiting jobs that any process may start.
extension Job {
  /// Its place among all jobs of its lane, from when it may start: the earliest goes first.
  ///
  /// - Parameter time: when it may start.
  package func place(from time: Timestamp) -> Timestamp {
    rankedAt
      ?? time.adding(
        seconds: Double(
          (JobRequest.priorityDefault - request.priority) * QueueReservation.secondsPerPriority))
  }
}
