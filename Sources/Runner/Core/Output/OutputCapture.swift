/// The observer that stores the output of a job, for its document and its followers.
struct OutputCapture: OutputObserver {
  let stdout: CapturedOutput
  let stderr: CapturedOutput

  func append(
    _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
  ) -> Bool {
    (stream == .stdout ? stdout : stderr).append(bytes, whenRoom: whenRoom)
  }
}
