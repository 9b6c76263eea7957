internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase
internal import SandboxClient

/// How one run of `exec` ended, for programs: what `--report` writes.
///
/// SAFETY: open(2) reads the path as a C string, and write(2) reads the bytes of the array.
struct ExecReport: Hashable {
  /// The exit code, where it ended by itself.
  var exitCode: Int?
  /// The signal's number, where one ended it.
  var signal: Int?
  /// Why it did not run; nil where it did.
  var failure: String?
  /// Limits that it met, by their keys in the configuration file.
  var limitsMet: [String] = []
  /// Whether it was killed when its grace was over.
  var isUnfinished = false
  /// Names of the system calls that were refused.
  var refused: [String] = []
  /// Paths that a failed run named, that the host has and the job has not.
  var missing: [String] = []
  /// Memory at its peak; 0 where it did not run.
  var peakMemoryBytes = 0

  /// - Parameter failure: why it did not run.
  init(failure: String) {
    self.failure = failure
  }

  init(_ end: LaunchEnd) {
    switch end {
    case .lost: failure = "The launcher went away while the program ran."
    case .failed(let fault): failure = fault.message
    case .ended(let end):
      if end.isSignal { signal = Int(end.value) } else { exitCode = Int(end.value) }
      limitsMet = end.limitsMet.keys
      isUnfinished = end.isKilledInGrace
      refused = end.refused.map(RefusedCallName.of)
      peakMemoryBytes = Int(clamping: end.usage.peakMemoryBytes)
    }
  }

  /// - Returns: nil where it is no such report.
  init?(_ bytes: [UInt8]) {
    guard let root = try? JSON5Parser.parse(bytes).root, case .object(let members) = root.content
    else { return nil }
    for member in members {
      switch (member.key, member.value.content) {
      case ("exitCode", .integer(let value)): exitCode = value
      case ("signal", .integer(let value)): signal = value
      case ("failure", .text(let text)): failure = text
      case ("peakMemoryBytes", .integer(let value)): peakMemoryBytes = value
      case ("unfinished", .bool(let value)): isUnfinished = value
      case ("refused", .list(let names)): refused = Self.texts(names)
      case ("missing", .list(let paths)): missing = Self.texts(paths)
      case ("limitsMet", .list(let names)): limitsMet = Self.texts(names)
      default: continue
      }
    }
  }

  private static func texts(_ nodes: [JSON5Node]) -> [String] {
    nodes.compactMap { node in
      if case .text(let text) = node.content { text } else { nil }
    }
  }

  var json: String {
    JSONText.members([
      ("exitCode", exitCode.map(JSONText.int)), ("signal", signal.map(JSONText.int)),
      ("failure", failure.map(JSONText.text)),
      ("limitsMet", limitsMet.isEmpty ? nil : .list(limitsMet.map(JSONText.text))),
      ("unfinished", isUnfinished ? .bool(true) : nil),
      ("missing", missing.isEmpty ? nil : .list(missing.map(JSONText.text))),
      ("refused", .list(refused.map(JSONText.text))), ("peakMemoryBytes", .int(peakMemoryBytes)),
    ]).document
  }

  /// Opened while there is still the right to, written once the run is over.
  ///
  /// - Returns: a descriptor that the caller closes, or a negative errno.
  static func open(_ path: String) -> Int32 {
    let fd = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    return fd < 0 ? -errno : fd
  }

  func write(to descriptor: Int32) {
    let bytes = Array(json.utf8)
    // The caller notices a missing report.
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress!, $0.count) }
  }
}
