import SandboxBase
import Testing

/// Requests can only tighten.
struct LaunchTighteningTests {
  private func policy() -> EntryPolicy {
    var policy = EntryPolicy(path: "/bin/a")
    policy.limits.cpuSeconds = 3600
    policy.limits.dataBytes = 4 << 30
    policy.environment.allowed = ["LANG", "TZ", "LD_PRELOAD"]
    policy.environment.fixed = [EnvironmentRule.Variable(name: "A", value: "1")]
    return policy
  }

  private func refusal(_ set: (inout LaunchTightening) -> Void) -> TighteningRefusal? {
    var request = LaunchTightening()
    set(&request)
    do throws(TighteningRefusal) {
      _ = try policy().tightened(by: request)
      return nil
    } catch {
      return error
    }
  }

  @Test func `nothing asked leaves the policy as it is`() throws {
    #expect(LaunchTightening().isEmpty)
    #expect(try policy().tightened(by: LaunchTightening()) == policy())
  }

  @Test func `what is tighter is taken, and nothing else changes`() throws {
    var request = LaunchTightening()
    request.limits = [
      .cpuSeconds: 1, .fileBytes: 0, .openFiles: 16, .dataBytes: 1 << 20, .stackBytes: 128 << 10,
      .lockedBytes: 0,
    ]
    request.memoryBytes = 4 << 20
    request.processes = 2
    request.wallClockSeconds = 3
    request.environment = [EnvironmentRule.Variable(name: "TZ", value: "UTC")]
    var expected = policy()
    expected.limits.cpuSeconds = 1
    expected.limits.fileBytes = 0
    expected.limits.openFiles = 16
    expected.limits.dataBytes = 1 << 20
    expected.limits.stackBytes = 128 << 10
    expected.limits.lockedBytes = 0
    expected.limits.processes = 2
    expected.cgroup.memoryBytes = 4 << 20
    expected.cgroup.processes = 2
    expected.wallClockSeconds = 3
    expected.environment.fixed.append(EnvironmentRule.Variable(name: "TZ", value: "UTC"))
    #expect(try policy().tightened(by: request) == expected)
  }

  @Test func `what is as loose as the policy is taken`() throws {
    var request = LaunchTightening()
    request.memoryBytes = policy().cgroup.memoryBytes
    request.limits = [.openFiles: policy().limits.openFiles]
    #expect(try policy().tightened(by: request) == policy())
  }

  @Test func `what policy set below the usual least may stay`() throws {
    var policy = policy()
    policy.limits.openFiles = 8
    var request = LaunchTightening()
    request.limits = [.openFiles: 8]
    #expect(try policy.tightened(by: request) == policy)
  }

  @Test(arguments: ResourceLimit.Resource.allCases)
  func `no limit of a process gets looser`(resource: ResourceLimit.Resource) {
    let refusal = refusal { $0.limits[resource] = .max }
    #expect(refusal?.field.hasPrefix("limits.") == true, "\(resource)")
  }

  @Test func `a refusal names the field and the policy's value`() {
    #expect(
      refusal { $0.limits[.cpuSeconds] = 3601 }?.description
        == "limits.cpu: 3601 is looser than the entry's policy, which is 3600")
    #expect(refusal { $0.memoryBytes = 4 << 30 + 1 }?.field == "memory")
    #expect(refusal { $0.processes = 2049 }?.field == "processes")
    #expect(refusal { $0.wallClockSeconds = 3601 }?.field == "wallClock")
  }

  @Test func `a limit that policy leaves unlimited may be set by a request`() throws {
    var policy = policy()
    policy.limits.cpuSeconds = ResourceLimit.unlimited
    var request = LaunchTightening()
    request.limits = [.cpuSeconds: 1]
    #expect(try policy.tightened(by: request).limits.cpuSeconds == 1)
    #expect(policy.limits.all.first == ResourceLimit(.cpuSeconds, ResourceLimit.unlimited))
  }

  @Test func `what no program starts with is refused`() {
    #expect(refusal { $0.limits[.openFiles] = 15 }?.why.contains("at least 16") == true)
    #expect(refusal { $0.limits[.stackBytes] = 1 }?.field == "limits.stack")
    #expect(refusal { $0.memoryBytes = 1 }?.field == "memory")
    #expect(refusal { $0.processes = 0 }?.field == "processes")
    #expect(refusal { $0.wallClockSeconds = 0 }?.field == "wallClock")
  }

  @Test func `limits that guard the host are not a request's to set`() {
    for resource in [
      ResourceLimit.Resource.coreBytes, .pendingSignals, .messageQueueBytes, .nice,
      .realtimePriority,
    ] {
      #expect(refusal { $0.limits[resource] = 0 }?.why.contains("not a request's") == true)
    }
  }

  @Test(arguments: [
    ("PATH", "a", "changes what"), ("LD_PRELOAD", "a", "changes what"),
    ("BASH_ENV", "a", "changes what"), ("FOO", "a", "does not let"), ("A", "2", "does not let"),
    ("", "a", "letters"), ("1A", "a", "letters"), ("A=B", "a", "letters"),
    ("TZ\u{0}", "a", "letters"),
    ("TZ", "a\u{0}b", "NUL"), ("TZ", String(repeating: "a", count: 8193), "longer than 8192"),
  ])
  func `a variable that requests may not set is refused`(name: String, value: String, why: String) {
    let refusal = refusal { $0.environment = [EnvironmentRule.Variable(name: name, value: value)] }
    #expect(refusal?.field.hasPrefix("environment.") == true)
    #expect(refusal?.why.contains(why) == true, "\(refusal as Any)")
  }

  @Test func `a variable is set once, and only so many`() {
    let zone = EnvironmentRule.Variable(name: "TZ", value: "")
    #expect(refusal { $0.environment = [zone] } == nil)
    #expect(refusal { $0.environment = [zone, zone] }?.why == "it is set already")
    #expect(
      refusal { $0.environment = [EnvironmentRule.Variable](repeating: zone, count: 64) }?.field
        == "environment")
  }
}
