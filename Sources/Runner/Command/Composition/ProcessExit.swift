internal import Glibc

/// The exit of this process while other threads of it run.
enum ProcessExit {
  /// Ends it as it stands, with the buffers of stdio written out. exit(3) would run the exit
  /// handlers of libraries that another thread may be setting up or using at that moment, and such
  /// a thread would read what they have freed.
  static func immediately(_ code: ExitCode) -> Never {
    fflush(nil)
    _exit(code.rawValue)
  }
}
