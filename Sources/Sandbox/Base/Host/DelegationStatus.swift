/// Which controllers of a cgroup can be handed on to cgroups below it, and what is in the way of
/// the others (Documentation/admin-guide/cgroup-v2.rst, "Delegation" and "No Internal Process").
struct DelegationStatus: Hashable {
  /// Names in cgroup.controllers.
  var offered: Set<String> = []
  /// Names in cgroup.subtree_control.
  var enabled: Set<String> = []
  /// Controllers that cgroup v1 holds on this host.
  var heldByVersion1: Set<String> = []
  /// This process may write cgroup.subtree_control.
  var mayEnable = false
  /// The host's topmost cgroup, which may have processes beside cgroups with controllers.
  var isHostRoot = false
  /// Processes in the cgroup that are none of ours. Ours move out of the way.
  var foreignProcesses = 0
  /// A unit of systemd's, which it marks when it leaves the tree below to the unit.
  var isUnit = false
  var isMarkedDelegated = false

  /// Those that can be handed on.
  var controllers: Set<String> {
    let there = offered.intersection(CgroupMembership.wanted)
    return obstacle == nil ? there : there.intersection(isTakenBack ? [] : enabled)
  }

  /// What to do for those that can not; empty where all can.
  var remedy: String {
    let missing = CgroupMembership.wanted.subtracting(controllers)
    guard !missing.isEmpty else { return "" }
    let held = missing.intersection(heldByVersion1)
    if !held.isEmpty, offered.isDisjoint(with: held) {
      return "cgroup v1 holds \(Self.list(held)): boot with systemd.unified_cgroup_hierarchy=1, "
        + "or with cgroup_no_v1=all"
    }
    if let obstacle { return obstacle }
    return "no controller \(Self.list(missing)) reaches this cgroup: enable it in "
      + "cgroup.subtree_control of every cgroup above; for a unit of systemd set Delegate=yes"
  }

  /// systemd owns the tree of a unit that it has not delegated, and undoes what others change.
  private var isTakenBack: Bool { isUnit && !isMarkedDelegated }

  private var obstacle: String? {
    if isTakenBack {
      return "systemd has not delegated this unit's cgroup: set Delegate=yes in the unit, or start "
        + "with systemd-run -p Delegate=yes"
    }
    if !mayEnable {
      return "cgroup.subtree_control is not writable here: let the container or unit own its "
        + "cgroup (Delegate=yes, or a writable cgroup mount)"
    }
    if foreignProcesses > 0, !isHostRoot {
      return
        "\(foreignProcesses) other processes are in this cgroup: give the service one of its own "
        + "(systemd-run -p Delegate=yes)"
    }
    return nil
  }

  private static func list(_ names: Set<String>) -> String {
    names.sorted().joined(separator: ", ")
  }
}
