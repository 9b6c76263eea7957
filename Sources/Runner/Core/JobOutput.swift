/// The two output streams of a job. Indirect, because most jobs in memory wait and have none.
package indirect enum JobOutput: Sendable {
  /// The job has not run yet.
  case none
  /// They are being captured by this process, or were.
  case captured(stdout: CapturedOutput, stderr: CapturedOutput)
  /// They were read from the store.
  case stored(stdout: CapturedBytes, stderr: CapturedBytes)

  package var stdout: CapturedBytes {
    switch self {
    case .none: CapturedBytes()
    case .captured(let stdout, _): stdout.snapshot()
    case .stored(let stdout, _): stdout
    }
  }

  /// Whether any of it is open in a file.
  var isInFile: Bool { stdout.isInFile || stderr.isInFile }

  package var stderr: CapturedBytes {
    switch self {
    case .none: CapturedBytes()
    case .captured(_, let stderr): stderr.snapshot()
    case .stored(_, let stderr): stderr
    }
  }
}
