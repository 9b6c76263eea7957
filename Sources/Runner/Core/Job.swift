/// A job as the engine holds it.
struct Job {
  let id: JobID
  /// Order of arrival; also the name that the launcher knows it by.
  let number: UInt64
  let request: JobRequest
  /// Which whitelist entry it runs.
  let entry: Int
  let stdout: CapturedOutput
  let stderr: CapturedOutput
  let bill = JobBill()
  private let layersText: [UInt8]
  private(set) var state: JobState = .queued

  init(
    number: UInt64, request: JobRequest, entry: Int, of facts: EngineEntry, outputBytesMax: Int,
    budget: OutputBudget
  ) {
    let outputBytesMax = facts.outputBytesMax ?? outputBytesMax
    self.layersText = facts.layersText
    self.id = .random()
    self.number = number
    self.request = request
    self.entry = entry
    self.stdout = CapturedOutput(bytesMax: outputBytesMax, budget: budget)
    self.stderr = CapturedOutput(bytesMax: outputBytesMax, budget: budget)
  }

  /// - Throws: `IllegalTransition`, and stays as it was.
  mutating func apply(_ event: JobEvent) throws(IllegalTransition) {
    state = try state.applying(event)
  }

  var hasEnded: Bool {
    if case .finished = state { true } else { false }
  }

  func snapshot() -> JobSnapshot {
    JobSnapshot(
      id: id, request: request, state: state, stdout: stdout.snapshot(),
      stderr: stderr.snapshot(), bill: bill.lines, layersText: layersText)
  }
}
