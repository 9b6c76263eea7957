internal import RunnerCore
internal import SandboxBase

/// Maps the demands of a request to the tightening of a launch.
enum DemandMapper {
  /// Names of `JobDemands.limits` that are limits of each process.
  private static let resources: [String: ResourceLimit.Resource] = [
    "cpu": .cpuSeconds, "fileSize": .fileBytes, "openFiles": .openFiles, "data": .dataBytes,
    "stack": .stackBytes, "lockedMemory": .lockedBytes,
  ]
  private static let ofTheJob = ["memory", "processes"]

  /// Every name that `limits` of a request may have.
  static var names: [String] { (Array(resources.keys) + ofTheJob).sorted() }

  /// Unknown names are left out: `EntryAdmission` has refused them.
  static func tightening(of demands: JobDemands) -> LaunchTightening {
    var tightening = LaunchTightening()
    for (name, value) in demands.limits {
      if let resource = resources[name] { tightening.limits[resource] = value }
    }
    tightening.memoryBytes = demands.limits["memory"]
    tightening.processes = demands.limits["processes"]
    tightening.wallClockSeconds = demands.timeout
    tightening.environment = demands.environment.map {
      EnvironmentRule.Variable(name: $0.name, value: $0.value)
    }
    return tightening
  }
}
