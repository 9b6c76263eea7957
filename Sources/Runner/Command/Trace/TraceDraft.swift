internal import RunnerConfiguration
internal import Sandbox

/// The smallest policy that lets a program do what it was seen to do.
struct TraceDraft: Hashable {
  let program: String
  let user: String?
  private(set) var calls: TraceCalls
  let paths: TracePaths
  let network: NetworkGrant
  let limits: TraceLimits
  /// What was seen and cannot be granted, each a sentence.
  private(set) var notes: [String]

  /// - Parameters:
  ///   - scratch: the folder of the trace, which a job has one like.
  ///   - seconds: how long the run took.
  ///   - openFilesMax: the hard limit of the run.
  init(
    _ observation: TraceObservation, user: String?, scratch: String, seconds: Int,
    openFilesMax: Int = 1 << 20
  ) {
    program = observation.program
    self.user = user
    network = observation.network.grant
    calls = TraceCalls(observation, network: network)
    paths = TracePaths(observation, program: program, scratch: scratch)
    limits = TraceLimits(observation, seconds: seconds, openFilesMax: openFilesMax)
    notes = paths.notes
    for name in observation.network.abstractNames.sorted() {
      notes.append("It reached the abstract socket @\(name), which is outside every sandbox.")
    }
  }

  /// The alias: the program's name, in the letters that aliases may have.
  var alias: String {
    let name = program.split(separator: "/").last.map(String.init) ?? ""
    let letters = name.lowercased().map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || "._-".contains(letter))
        ? letter : "-"
    }
    let trimmed = String(letters.drop { !$0.isLetter && !$0.isNumber }.prefix(64))
    return trimmed.isEmpty ? "program" : trimmed
  }

  /// Grants what the trial was refused, as far as a profile has it.
  ///
  /// - Returns: false where there is nothing more to grant.
  mutating func widen(by refused: [String]) -> Bool { calls.widen(by: refused, network: network) }
}
