import Glibc

/// How long this machine had nothing to do, by the kernel's own account (`idle` of each processor:
/// proc_stat(5)).
///
/// What is promised within a time is held against this rather than against a clock. Work that is
/// done at once leaves no time in which all processors are idle; a timer, or an event that is
/// missed until the next one, does. On a machine that others keep busy a clock tells nothing of
/// either, and this does not fail.
package struct IdleTime {
  private let start: [Double]

  /// - Throws: `TestFailure` when /proc/stat cannot be read.
  package init() throws { start = try Self.now() }

  /// Seconds since this was made in which all processors can have been idle at one time: those of
  /// the processor that was idle least.
  ///
  /// - Throws: `TestFailure` when /proc/stat cannot be read.
  package func seconds() throws -> Double {
    try zip(Self.now(), start).map { $0 - $1 }.min() ?? 0
  }

  /// Seconds since this was made in which a processor was idle, of all processors together.
  ///
  /// - Throws: `TestFailure` when /proc/stat cannot be read.
  package func processorSeconds() throws -> Double {
    try zip(Self.now(), start).reduce(0) { $0 + $1.0 - $1.1 }
  }

  /// Seconds since the machine's start for which each processor was idle.
  private static func now() throws -> [Double] {
    guard let text = Files.text(of: "/proc/stat") else { throw TestFailure("/proc/stat: no text") }
    let ticksPerSecond = Double(sysconf(CInt(_SC_CLK_TCK)))
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("cpu") && !$0.hasPrefix("cpu ") }
    return try lines.map { line in
      // The name, then user, nice, system, idle.
      let fields = line.split(separator: " ")
      guard fields.count > 4, let ticks = Double(fields[4]) else {
        throw TestFailure("/proc/stat: no idle time in '\(line)'")
      }
      return ticks / ticksPerSecond
    }
  }
}

/// Looks until it is true, and throws if the machine had nothing to do for `idleSeconds` before.
package func waiting(
  until what: String, idleSeconds: Double, _ look: () throws -> Bool
) throws {
  let idle = try IdleTime()
  try waiting(until: what, look)
  let seconds = try idle.seconds()
  guard seconds < idleSeconds else {
    throw TestFailure("\(what): only after \(seconds) s in which every processor was idle")
  }
}
