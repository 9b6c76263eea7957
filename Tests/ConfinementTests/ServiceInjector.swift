import Glibc
import TestSupport

/// strace(1) between the listening process and the kernel: it answers some calls with an error, and
/// never makes them. It counts the calls of each thread by themselves.
struct ServiceInjector {
  struct Fault: Sendable, CustomStringConvertible {
    let call: String
    let error: String
    /// Which calls of a thread: `2`, or `1+` for all from the first.
    let when: String

    var description: String { "\(call) \(error) \(when)" }

    /// strace's words for it.
    ///
    /// - Parameter paths: only calls that have to do with one of these; empty for any.
    func words(paths: [String]) -> [String] {
      ["-f", "-qq", "-o", "/dev/null"] + paths.flatMap { ["-P", $0] }
        + ["-e", "trace=\(call)", "-e", "inject=\(call):error=\(error):when=\(when)"]
    }
  }

  private let tracer: Child
  private let process: Int32

  /// - Parameter thread: the one that is meant; nil for all of the process.
  init(_ fault: Fault, into process: Int32, thread: Int32? = nil, paths: [String] = []) throws {
    var words = fault.words(paths: paths) + ["-p", "\(thread ?? process)"]
    if thread != nil { words.removeFirst() }
    self.process = process
    tracer = try Child("/usr/bin/strace", words)
    let own = tracer.id
    try waiting(until: "strace to hold process \(process)") {
      let held = Self.threads(of: process).filter { thread == nil || $0 == thread }
      return held.allSatisfy { Self.tracer(of: $0, in: process) == own }
    }
  }

  func stop() throws {
    tracer.send(SIGTERM)
    _ = try tracer.wait()
  }

  static func threads(of process: Int32) -> [Int32] {
    (Files.entries(of: "/proc/\(process)/task") ?? []).compactMap { Int32($0) }
  }

  private static func tracer(of thread: Int32, in process: Int32) -> Int32? {
    let text = Files.text(of: "/proc/\(process)/task/\(thread)/status") ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("TracerPid:") }
    return line?.split(separator: "\t").last.flatMap { Int32($0) }
  }
}
