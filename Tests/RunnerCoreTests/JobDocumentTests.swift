import Testing
import TextFormats

@testable import RunnerCore

/// A job as clients of the original read it: every key in its place.
struct JobDocumentTests {
  private func snapshot(
    _ state: JobState, stdout: CapturedBytes? = nil, stderr: CapturedBytes? = nil,
    callback: String? = "http://h/"
  ) throws -> JobSnapshot {
    JobSnapshot(
      id: try #require(JobID("0123456789abcdef0123456789abcdef01234567")),
      request: try JobRequest(command: "/bin/a", arguments: ["x", "ü\""], callback: callback),
      client: .unidentified, state: state, stdout: stdout ?? captured("out\n"),
      stderr: stderr ?? captured("err"))
  }

  private func captured(_ text: String, total: UInt64? = nil, released: Bool = false)
    -> CapturedBytes
  {
    let bytes = Array(text.utf8)
    return CapturedBytes(
      bytes: bytes, totalBytes: total ?? UInt64(bytes.count), isEvicted: released)
  }

  private func text(_ job: JobSnapshot) -> String {
    String(decoding: JobDocument(job).bytes(), as: UTF8.self)
  }

  private static let start =
    #"{"stderr":"err","stdout":"out\n","id":"0123456789abcdef0123456789abcdef01234567","code":"#
  private static let request =
    #","command":"/bin/a","arguments":["x","ü\""],"callback":"http://h/""#

  private static func failure(_ number: Int, _ name: String, _ step: String, _ message: String)
    -> String
  {
    #"{"errno":\#(number),"code":"\#(name)","syscall":"spawn /bin/a","path":"/bin/a","#
      + #""spawnargs":["x","ü\""],"step":"\#(step)","message":"\#(message)"}"#
  }

  @Test(arguments: [JobState.queued, .running])
  func `a live job has a null code and no err`(state: JobState) throws {
    let status = #","status":"\#(state.status.rawValue)"}"#
    #expect(text(try snapshot(state)) == Self.start + "null" + Self.request + status)
  }

  @Test(arguments: [
    (JobOutcome.exited(code: 0), "0", "null"),
    (.exited(code: 255), "255", "null"),
    (.signaled(signal: 9), "null", "null"),
    (
      .launchFailed(LaunchFailure(step: "exec", errno: 2, name: "ENOENT", message: "No such.")),
      "-2", failure(-2, "ENOENT", "exec", "No such.")
    ),
    (
      .timedOut(code: nil, seconds: 5), "null",
      failure(
        -110, "ETIMEDOUT", "wallclock",
        "The job reached its wall-clock limit of 5 s and was ended.")
    ),
    (
      .timedOut(code: 3, seconds: 1), "3",
      failure(
        -110, "ETIMEDOUT", "wallclock",
        "The job reached its wall-clock limit of 1 s and was ended.")
    ),
    (
      .cancelled(code: nil), "null",
      failure(
        -125, "ECANCELED", "cancel",
        "The job was cancelled by a request.")
    ),
    (
      .stopped(code: 0), "0",
      failure(
        -125, "ECANCELED", "stop",
        "The service was stopped before the job had ended.")
    ),
    (
      .cancelled(code: 143), "143",
      failure(
        -125, "ECANCELED", "cancel",
        "The job was cancelled by a request.")
    ),
    (
      .lost, "null",
      failure(
        -104, "ECONNRESET", "launcher",
        "The service or its launcher went away while the job ran, and the job with it.")
    ),
  ])
  func `every outcome has its code and its err in last place`(
    outcome: JobOutcome, code: String, failure: String
  ) throws {
    var signal = ""
    if case .signaled(let number) = outcome {
      signal = #","signal":\#(number),"signalName":"SIGKILL""#
    }
    let cut = outcome == .lost ? #","outputCut":true"# : ""
    let expected =
      Self.start + code + Self.request + #","status":"finished""# + cut
      + #","outcome":"\#(outcome.name)""# + signal
      + #","err":"# + failure + "}"
    #expect(text(try snapshot(.finished(outcome))) == expected)
  }

  @Test func `what a job cost, was refused and had in force stands before err`() throws {
    var job = try snapshot(.finished(.exited(code: 0)))
    job.accounting.usage = JobAccounting.ResourceUsage(
      user: 1, system: 2, wall: 3, peakMemory: 4, peakProcesses: 5, isOfWholeJob: true)
    job.accounting.refusals = [
      JobAccounting.Refusal(call: "ptrace", error: "EPERM", count: 2),
      JobAccounting.Refusal(call: "4294967295", error: nil, count: 1),
    ]
    job.enforcementJSON =
      EngineEntry(layers: [
        EngineEntry.Layer(name: "seccomp", isEnforced: true, state: "enforced", detail: ""),
        EngineEntry.Layer(name: "cgroup", isEnforced: false, state: "missing", detail: "no v2"),
      ]).enforcementJSON
    let accounting =
      #""usage":{"user":1,"system":2,"wall":3,"peakMemory":4,"peakProcesses":5,"of":"job"},"#
      + #""refused":[{"call":"ptrace","error":"EPERM","count":2},"#
      + #"{"call":"4294967295","error":null,"count":1}],"#
    let layers =
      #""enforced":["seccomp"],"relaxed":[{"layer":"cgroup","state":"missing","why":"no v2"}],"#
    #expect(text(job).hasSuffix(#""outcome":"exited","# + accounting + layers + #""err":null}"#))
  }

  @Test func `limits that were met, and an unfinished end, are named`() throws {
    var job = try snapshot(.finished(.cancelled(code: nil)))
    job.accounting.limitsMet = ["limits.cpu", "scratch.size"]
    job.accounting.isUnfinished = true
    let text = text(job)
    #expect(
      text.contains(
        #""outcome":"cancelled","limitsMet":["limits.cpu","scratch.size"],"unfinished":true,"#))
    #expect(text.hasSuffix(#"what it wrote is probably unfinished."}}"#))
  }

  @Test(arguments: [
    (1, "SIGHUP"), (9, "SIGKILL"), (24, "SIGXCPU"), (25, "SIGXFSZ"), (31, "SIGSYS"),
    (34, "SIGRT34"),
  ])
  func `a signal has the name that signal(7) gives it`(number: Int32, name: String) {
    #expect(SignalName.of(number) == name)
  }

  @Test func `without a callback there is no key for one`() throws {
    let text = text(try snapshot(.queued, callback: nil))
    #expect(text.hasSuffix(#""command":"/bin/a","arguments":["x","ü\""],"status":"queued"}"#))
  }

  @Test func `lost output is counted for each stream before err`() throws {
    let job = try snapshot(
      .finished(.exited(code: 0)), stdout: captured("a", total: 5), stderr: captured("b"))
    #expect(
      text(job).hasSuffix(
        #""callback":"http://h/","status":"finished","truncated":{"stdout":4},"#
          + #""outcome":"exited","err":null}"#))
    let both = try snapshot(
      .finished(.exited(code: 0)), stdout: captured("", total: 5, released: true),
      stderr: captured("", total: 6, released: true))
    #expect(
      text(both).hasSuffix(
        #","truncated":{"stdout":5,"stderr":6},"outputReleased":true,"#
          + #""outcome":"exited","err":null}"#
      ))
  }

  @Test func `the length is known without the text`() async throws {
    let job = try snapshot(.running, stdout: captured("é\u{1}\"\\✓"))
    #expect(await JobDocument(job).byteCount() == JobDocument(job).bytes().count)
  }

  @Test func `output is read in bounded pieces and decoded across chunks`() throws {
    let output = CapturedOutput(bytesMax: 1 << 20, budget: OutputBudget(bytesMax: 1 << 20))
    let written = "x" + String(repeating: "✓\u{1}", count: 60_000)
    output.append(Array(written.utf8)[...])
    let job = try snapshot(.running, stdout: output.snapshot())
    #expect(job.stdout.pieceCount > 3)
    var reader = JobDocumentReader(JobDocument(job))
    var bytes: [UInt8] = []
    while let piece = reader.next() {
      #expect(!piece.isEmpty && piece.count <= 6 * (16 << 10) + 16)
      bytes += piece
    }
    #expect(reader.next() == nil)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(#""stdout":"x\#(String(repeating: #"✓\u0001"#, count: 60_000))","id""#))
    #expect(bytes == JobDocument(job).bytes())
  }

  // Proves P-680.
  @Test func `output that cannot be read ends no document`() async throws {
    let file = MemoryOutputFile()
    file.append(Array("half".utf8)) { _ in }
    let job = try snapshot(
      .running, stdout: CapturedBytes(file: file, keptBytes: 8, totalBytes: 8))
    var reader = JobDocumentReader(JobDocument(job))
    var bytes: [UInt8] = []
    while let piece = reader.next() { bytes += piece }
    #expect(reader.hasFailed && reader.next() == nil)
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix(#""half"#))
    var other = JobDocumentReader(JobDocument(job))
    while await other.nextPiece() != nil {}
    #expect(other.hasFailed)
  }

  @Test func `an object of strings is written in order and escaped`() {
    let bytes = JSONWriter.object(["message": "Bad Request", "error": "a \"b\""])
    #expect(
      String(decoding: bytes, as: UTF8.self) == #"{"message":"Bad Request","error":"a \"b\""}"#)
  }
}
