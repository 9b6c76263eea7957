import RunnerCore

/// The rows of one job in the simulated database.
struct SimulatedJob {
  enum Place: UInt8 { case absent, ready, run, ended }

  var place = Place.absent
  var epoch: UInt64 = 0
  /// Node and number of its process that have the run.
  var node = -1
  var boot: Int64 = 0
  var isCancelled = false
  var losses = 0
  /// Whether the run is another node's, which this one has yet to settle.
  var isAdopted = false
  var ending: SimulatedEnding?
}

/// How a job ended.
enum SimulatedEnding: UInt8 { case exited, cancelled, interrupted }
