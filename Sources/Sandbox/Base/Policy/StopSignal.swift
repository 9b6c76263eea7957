/// The signal that asks a job to end, before KILL (signal(7)). The raw values are the kernel's.
package enum StopSignal: UInt32, Sendable, CaseIterable, CustomStringConvertible {
  case hangUp = 1
  case interrupt = 2
  case quit = 3
  case user1 = 10
  case user2 = 12
  case terminate = 15

  /// As configuration and documents spell it, without `SIG`.
  package var description: String {
    switch self {
    case .hangUp: "HUP"
    case .interrupt: "INT"
    case .quit: "QUIT"
    case .user1: "USR1"
    case .user2: "USR2"
    case .terminate: "TERM"
    }
  }

  /// - Returns: nil for a name that is none of these.
  package init?(name: String) {
    guard let signal = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = signal
  }
}
