/// The two output streams of a job. Indirect, because most jobs in memory wait and have none.
package indirect enum JobOutput: Sendable {
  /// The job has not run yet.
  case none
  /// Streams that this process captures or has captured.
  case captured(stdout: CapturedOutput, stderr: CapturedOutput)
  /// Streams that were read from the store.
  case stored(stdout: CapturedBytes, stderr: CapturedBytes)

  /// Standard output up to now; empty before the run.
  package var stdout: CapturedBytes {
    switch self {
    case .none: CapturedBytes()
    case .captured(let stdout, _): stdout.snapshot()
    case .stored(let stdout, _): stdout
    }
  }

  /// Whether any of it is open in a file.
  var isInFile: Bool { stdout.isInFile || stderr.isInFile }

  /// Standard error up to now; empty before the run.
  package var stderr: CapturedBytes {
    switch self {
    case .none: CapturedBytes()
    case .captured(_, let stderr): stderr.snapshot()
    case .stored(_, let stderr): stderr
    }
  }

  /// What is at `offset` of a stream now; without bytes where a file has them.
  ///
  /// - Parameter waiter: called once where nothing is there yet; see `CapturedOutput`.
  func find(
    _ stream: OutputStreamName, at offset: Int, bytesMax: Int, orCall waiter: OutputWaiter
  ) -> OutputSlice {
    switch self {
    case .none:
      OutputSlice(bytes: [], keptBytes: 0, totalBytes: 0, isFinal: false, isEvicted: false)
    case .captured(let stdout, let stderr):
      (stream == .stdout ? stdout : stderr).find(at: offset, bytesMax: bytesMax, orCall: waiter)
    case .stored(let stdout, let stderr):
      (stream == .stdout ? stdout : stderr).find(at: offset, bytesMax: bytesMax)
    }
  }

  /// Removes a waiter, so that it is not called any more.
  func removeWaiter(_ id: UInt64) {
    guard case .captured(let stdout, let stderr) = self else { return }
    stdout.removeWaiter(id)
    stderr.removeWaiter(id)
  }
}
