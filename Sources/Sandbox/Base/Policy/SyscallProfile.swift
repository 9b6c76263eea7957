/// A named set of system calls. A policy chooses one, and may narrow it or add a `SyscallGroup`.
package enum SyscallProfile: String, CaseIterable, Hashable, Sendable {
  /// Smallest: no network, no new processes, no memory that is writable and executable at once.
  case compute
  /// What ordinary programs need; the default.
  case standard
  /// `standard`, for programs whose work is the network: they may also ask for its interfaces.
  case network
  /// `standard`, for runtimes that lay out their own memory.
  case jit
  /// `standard`, for compilers, and for the instrumented programs that they make.
  case build

  /// Whether a grant of the network has any meaning: `compute` promises that there is none.
  package var takesNetwork: Bool { self != .compute }

  /// What the profile is for, in one sentence.
  package var summary: String {
    switch self {
    case .compute:
      "Turns input into output: no sockets but a nameless pair, no new processes, no memory that "
        + "is writable and executable at once."
    case .standard:
      "What ordinary programs need, and nothing that reaches past the job. Memory may be writable "
        + "and executable, because V8, Java and PyPy do not work otherwise."
    case .network:
      "As standard; where policy grants the network, jobs may also list its interfaces and routes."
    case .jit:
      "As standard, and says that code is made at run time: programs may also turn the "
        + "randomization of their own addresses off, and move their own pages between nodes."
    case .build:
      "As standard; programs may also turn the randomization of their own addresses off, which "
        + "sanitizers do, and builds whose output must be the same each time."
    }
  }
}
