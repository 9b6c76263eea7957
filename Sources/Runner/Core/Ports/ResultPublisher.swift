/// The port to what gives results their names: with the ids of the job, beneath folders of policy.
package protocol ResultPublisher: Sendable {
  /// Does what an order says, and returns when it is done or has failed.
  func settle(_ order: ResultOrder) async -> ResultAnswer
}
