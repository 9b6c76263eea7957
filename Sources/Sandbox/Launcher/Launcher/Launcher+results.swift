internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SharedBounds
internal import SystemBase

/// Results of jobs: each is settled by a process of its own, beneath a folder of policy.
extension Launcher {
  /// Processes that settle results at one time; beyond that a request fails with EAGAIN.
  private static let resultsMax = 1024

  /// Has a result prepared, published or discarded; the reply follows.
  func settle(_ request: ResultRequest) throws {
    let isRetired = request.entry.generation < generation
    guard isRetired || request.entry.generation == generation,
      isRetired || request.entry.index < UInt32(entries.count),
      results[request.requestID] == nil
    else { throw WireError.badValue("result") }
    guard !isRetired else {
      return try reply(.settled(ResultReply(requestID: request.requestID, .retired)))
    }
    let policy = entries[Int(request.entry.index)].policy
    guard request.place.folder < UInt32(policy.writePaths.count) else {
      throw WireError.badValue("folder")
    }
    do throws(SystemCallFailure) {
      guard results.count < Self.resultsMax else {
        throw SystemCallFailure(call: "clone3", code: EAGAIN, object: "")
      }
      let process = try ResultProcess(task(request, policy), now: now())
      try poller.add(process.channelFD, .read, token: Token.result(request.requestID))
      results[request.requestID] = process
    } catch {
      try reply(.settled(ResultReply(requestID: request.requestID, .failed, code: error.code)))
    }
  }

  private func task(_ request: ResultRequest, _ policy: EntryPolicy) -> ResultTask {
    ResultTask(
      request: request, source: policy.source(of: policy.writePaths[Int(request.place.folder)]),
      rules: policy.results, account: policy.account, identities: self.policy.identities,
      groups: policy.groups, keepsIDs: self.policy.mode == .sameUser,
      launcher: linux_getpid())
  }

  func handleResult(_ requestID: UInt64) throws {
    guard let process = results.removeValue(forKey: requestID) else { return }
    poller.remove(process.channelFD)
    try reply(.settled(process.reply()))
  }

  /// Kills what is late: its file system does not answer.
  func checkResultDeadlines(_ time: Int64) throws {
    for (requestID, process) in results where process.deadline <= time {
      process.kill()
      poller.remove(process.channelFD)
      results[requestID] = nil
      try reply(.settled(ResultReply(requestID: requestID, .unanswered)))
    }
  }
}
