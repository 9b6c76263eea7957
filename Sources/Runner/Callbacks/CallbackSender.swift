import CCurl
import Glibc
package import RunnerCore

/// Tells receivers that a job ended: one POST each, tried once, on one thread.
///
/// Failures are logged and otherwise silent: the job does not care whether anybody listens.
package final class CallbackSender: CallbackDelivering {
  private let limits: CallbackLimits
  private let log: any Logging
  private let mailbox: CallbackMailbox

  /// Starts nothing yet: a thread made now would keep the privileges of the moment.
  package init(limits: CallbackLimits = CallbackLimits(), log: any Logging) {
    self.limits = limits
    self.log = log
    self.mailbox = CallbackMailbox(waitingMax: limits.waitingMax)
  }

  /// Starts the thread; call it once the process has dropped its privileges. Jobs handed over
  /// before wait for it. A second call does nothing.
  ///
  /// - Throws: `CurlFailure` when the system gives no thread or libcurl no handle.
  package func start() throws(CurlFailure) {
    guard mailbox.start() else { return }
    do throws(CurlFailure) {
      try CurlFailure.check(Self.globalCode)
      try startThread()
    } catch {
      mailbox.end()
      throw error
    }
  }

  package func problem(with url: String) -> String? {
    do throws(CallbackProblem) {
      _ = try CallbackTarget(url)
      return nil
    } catch {
      return error.sentence
    }
  }

  package func deliver(_ job: JobSnapshot) {
    guard let reason = mailbox.put(job) else { return }
    log.log(.warning, "callback of job \(job.id) was not sent: \(reason)")
  }

  /// Takes no more jobs, lets what is in flight and waiting finish within
  /// `CallbackLimits.stopMilliseconds`, drops the rest with a log line each, and returns when the
  /// thread is done.
  package func stop() async {
    await mailbox.stop(at: .now + .milliseconds(limits.stopMilliseconds))
    for job in mailbox.take(.max).jobs {
      log.log(.warning, "callback of job \(job.id) was not sent: the service stopped before")
    }
  }

  /// libcurl's own set-up, once in a process.
  private static let globalCode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private func startThread() throws(CurlFailure) {
    var thread = pthread_t()
    // SAFETY: the new thread takes over this reference, or nobody does.
    let argument = unsafe Unmanaged.passRetained(self)
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<CallbackSender>.fromOpaque(argument).takeRetainedValue().runThread()
        }
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      unsafe argument.release()
      throw CurlFailure("pthread_create failed with error \(code)")
    }
    // Nobody joins it: `stop` waits for the mailbox to be ended instead.
    pthread_detach(thread)
  }

  /// The life of the thread. The handles are made here and never leave it.
  private func runThread() {
    do throws(CurlFailure) {
      var loop = try CallbackLoop(mailbox: mailbox, limits: limits, log: log)
      loop.run()
    } catch {
      log.log(.error, "no callback will be sent: libcurl could not start: \(error)")
    }
    mailbox.end()
  }
}
