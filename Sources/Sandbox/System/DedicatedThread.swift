internal import Glibc

/// A thread of its own for a loop that waits in the kernel, where a pool's thread would be lost.
enum DedicatedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts `body` on a new, detached thread.
  static func start(_ body: @escaping @Sendable () -> Void) {
    // SAFETY: retained here, released once by the thread that it is handed to.
    let context = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
    var thread = pthread_t()
    let answer = unsafe pthread_create(
      &thread, nil,
      { context in
        unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, context)
    precondition(answer == 0, "no thread to be had: \(answer)")
    pthread_detach(thread)
  }
}
