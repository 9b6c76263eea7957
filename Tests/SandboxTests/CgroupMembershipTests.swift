@testable import SandboxBase
import Testing

/// Where a process is in cgroup v2, and what it can hand on, from texts of made-up hosts.
struct CgroupMembershipTests {
  private static let unified =
    "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
  private static let hybrid = """
    34 30 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
    35 30 0:31 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio
    36 30 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

    """

  @Test func `a unit's folder is below the mount point`() {
    let membership = CgroupMembership(
      mountinfo: Self.unified, membership: "0::/system.slice/http-runner.service\n")
    #expect(membership.folder == "/sys/fs/cgroup/system.slice/http-runner.service")
    #expect(membership.heldByVersion1.isEmpty)
  }

  @Test func `the topmost cgroup is the mount point itself`() {
    let membership = CgroupMembership(mountinfo: Self.hybrid, membership: "4:memory:/x\n0::/\n")
    #expect(membership.folder == "/sys/fs/cgroup/unified")
    #expect(membership.heldByVersion1 == ["memory", "io"])
  }

  @Test func `what cannot be seen is missing, with the reason`() {
    let none = CgroupMembership(mountinfo: "1 0 8:1 / / rw - ext4 /dev/a rw\n", membership: "0::/")
    #expect(none.folder == nil && none.missing == "cgroup v2 is not mounted")
    let outside = CgroupMembership(mountinfo: Self.unified, membership: "0::/../other\n")
    #expect(outside.folder == nil && outside.missing.contains("no cgroup below"))
  }

  private static func delegation(_ change: (inout DelegationStatus) -> Void) -> DelegationStatus {
    var found = DelegationStatus()
    found.offered = ["memory", "pids", "cpu", "io", "cpuset"]
    found.mayEnable = true
    change(&found)
    return found
  }

  @Test func `a delegated unit of its own hands on all four`() {
    let found = Self.delegation {
      $0.isUnit = true
      $0.isMarkedDelegated = true
    }
    #expect(found.controllers == ["memory", "pids", "cpu", "io"])
    #expect(found.remedy.isEmpty)
  }

  @Test func `a unit that is not delegated hands on none, and Delegate=yes is named`() {
    let found = Self.delegation {
      $0.isUnit = true
      $0.enabled = ["memory"]
    }
    #expect(found.controllers.isEmpty)
    #expect(found.remedy.contains("Delegate=yes"))
  }

  @Test func `other processes in the cgroup are in the way, but not at the host's root`() {
    let crowded = Self.delegation { $0.foreignProcesses = 3 }
    #expect(crowded.controllers.isEmpty)
    #expect(crowded.remedy.contains("3 other processes"))
    let root = Self.delegation {
      $0.foreignProcesses = 300
      $0.isHostRoot = true
    }
    #expect(root.controllers == ["memory", "pids", "cpu", "io"])
  }

  @Test func `what is enabled already can be used although nothing can be enabled`() {
    let found = Self.delegation {
      $0.mayEnable = false
      $0.enabled = ["memory", "pids"]
    }
    #expect(found.controllers == ["memory", "pids"])
    #expect(found.remedy.contains("not writable"))
  }

  @Test func `controllers that cgroup v1 holds are said to be there`() {
    let found = Self.delegation {
      $0.offered = []
      $0.heldByVersion1 = ["memory", "pids", "cpu", "io"]
    }
    #expect(found.controllers.isEmpty)
    #expect(found.remedy.hasPrefix("cgroup v1 holds cpu, io, memory, pids"))
  }

  @Test func `a controller that no cgroup above hands down is named`() {
    let found = Self.delegation { $0.offered = ["memory", "pids"] }
    #expect(found.controllers == ["memory", "pids"])
    #expect(found.remedy.contains("cpu, io"))
  }
}
