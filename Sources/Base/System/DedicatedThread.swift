internal import Glibc

/// A thread of its own for a loop that waits in the kernel, where a pool's thread would be lost:
/// pthread_create(3).
package struct DedicatedThread: Sendable {
  /// The system gave no thread.
  package struct Failure: Error, Hashable, Sendable {
    /// A positive errno.
    package let code: Int32
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let thread: pthread_t

  /// Starts `body` on a new thread, which must be joined or detached once.
  ///
  /// - Throws: `Failure`; `body` is not called then.
  package init(_ body: @escaping @Sendable () -> Void) throws(Failure) {
    // SAFETY: retained here, released once: by the thread that it is handed to, or below.
    let context = unsafe Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      unsafe context.release()
      throw Failure(code: code)
    }
    self.thread = thread
  }

  /// Returns when the thread has ended.
  package func join() {
    _ = pthread_join(thread, nil)
  }

  /// Lets the thread end by itself: `join` must not be called after this (pthread_detach(3)).
  package func detach() {
    pthread_detach(thread)
  }

  /// Starts `body` on a new, detached thread. Ends the process where the system gives none.
  package static func start(_ body: @escaping @Sendable () -> Void) {
    do throws(Failure) {
      try DedicatedThread(body).detach()
    } catch {
      preconditionFailure("no thread to be had: \(error.code)")
    }
  }
}
