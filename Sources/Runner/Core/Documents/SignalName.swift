/// Names of signals (signal(7)), for documents and the log.
package enum SignalName {
  /// From signal 1 on, as Linux numbers them on x86-64 and arm64.
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
  ]
  /// The first real-time signal of the kernel.
  private static let realTimeFirst: Int32 = 32

  /// `SIGXCPU` for 24; `SIGRT` and the number for a real-time signal.
  package static func of(_ signal: Int32) -> String {
    guard signal > 0, signal < realTimeFirst else { return "SIGRT\(signal)" }
    return "SIG" + names[Int(signal) - 1]
  }
}
