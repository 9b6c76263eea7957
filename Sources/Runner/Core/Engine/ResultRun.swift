/// The results of one run, and what came of them so far.
struct ResultRun {
  let live: LiveJob
  let rules: EntryResults
  let files: [JobResultFile]
  var records: [ResultRecord] = []
  /// Why the job did not succeed although its program did; nil where it did.
  var failure: LaunchFailure?
  /// Whether the job was cancelled, or the service told to stop, while it was judged.
  var isCancelled = false
  /// Whether an earlier process ran the job.
  var isRecovered = false

  init(live: LiveJob, rules: EntryResults, files: [JobResultFile]) {
    self.live = live
    self.rules = rules
    self.files = files
  }

  /// Notes that what is there cannot have the name of a result.
  mutating func failUnusable(_ file: JobResultFile) {
    fail(.invalid, "What the program left for \(file.path) is no regular file with one name.")
  }

  /// Notes why the job did not succeed.
  mutating func fail(_ number: ErrorNumber, _ message: String) {
    failure = LaunchFailure(step: "result", number, message: message)
  }
}

extension ResultAnswer {
  /// What went wrong, as a sentence.
  var sentence: String {
    switch self {
    case .failed(_, _, let message): message
    case .unanswered: "The file system of the folder does not answer."
    case .unusable: "What stands there is no regular file with one name."
    default: "The launcher gave an answer that was not expected."
    }
  }
}
