internal import CLinux
internal import Glibc

/// Signals of our own processes: blocked everywhere, read in one place.
package enum ProcessSignals {
  /// Blocks every signal of this thread, and of all that it starts.
  package static func blockAll() {
    let answer = linux_block_all_signals()
    precondition(answer == 0, "sigprocmask(2) cannot fail with these arguments")
  }

  /// Waits until one of `signals` comes. They must be blocked in every thread.
  package static func wait(for signals: [Int32]) -> Int32 {
    // SAFETY: each call reads or writes the set and the number, which are local variables
    // (sigwait(3)).
    var wanted = sigset_t()
    unsafe sigemptyset(&wanted)
    for signal in signals { unsafe sigaddset(&wanted, signal) }
    var received: Int32 = 0
    while unsafe sigwait(&wanted, &received) != 0 {}
    return received
  }
}
