internal import SystemBase

extension KernelFeatures {
  /// Who this process is, in its user namespace.
  package struct Privilege: Hashable, Sendable {
    /// Effective user id of this process (credentials(7)).
    package var effectiveUser: UInt32 = 0
    /// Capabilities that the launcher uses and this process has not, as capabilities(7) spells
    /// them.
    package var missingCapabilities: [String] = []
    /// CAP_NET_ADMIN is held, by which a job's own loopback interface is brought up (netdevice(7)).
    package var administersNetwork = true
    /// User and group ids that exist here (user_namespaces(7), uid_map and gid_map).
    package var users: [ClosedRange<UInt32>] = [0...UInt32.max - 1]
    /// Group ids that exist here, as `users`.
    package var groups: [ClosedRange<UInt32>] = [0...UInt32.max - 1]
    /// /proc/self/setgroups says `deny`.
    package var deniesSetgroups = false
    /// How many supplementary groups this process has.
    package var supplementaryGroups = 0

    /// The privilege of root in the initial user namespace.
    package init() {}

    /// Why this process has less than a launcher needs as root; nil where it has all.
    package var gap: String? {
      if effectiveUser != 0 { return "this is user \(effectiveUser), not root" }
      if !missingCapabilities.isEmpty {
        return "this root lacks \(missingCapabilities.joined(separator: ", "))"
      }
      if Self.count(users) < 2 || Self.count(groups) < 2 {
        return "this user namespace maps no id beside root's"
      }
      if deniesSetgroups { return "setgroups(2) is denied in this user namespace" }
      return nil
    }

    /// Whether this is another user namespace than the initial one, which has every id: what the
    /// kernel asks of mounts there is more (fs/namespace.c, mount_too_revealing).
    package var isInUserNamespace: Bool { users != Privilege().users }

    /// Whether all of `ids` exist here, as users and as groups.
    package func maps(_ ids: ClosedRange<UInt32>) -> Bool {
      Self.covers(users, ids) && Self.covers(groups, ids)
    }

    /// Whether the group id exists here.
    package func mapsGroup(_ id: UInt32) -> Bool { Self.covers(groups, id...id) }

    private static func count(_ ranges: [ClosedRange<UInt32>]) -> Int {
      ranges.reduce(0) { $0 + $1.count }
    }

    /// Ranges of a map do not overlap, but may touch.
    private static func covers(
      _ ranges: [ClosedRange<UInt32>], _ ids: ClosedRange<UInt32>
    ) -> Bool {
      ranges.reduce(0) { $0 + ($1.overlaps(ids) ? $1.clamped(to: ids).count : 0) } == ids.count
    }

    /// The ids of a map file: lines of first id inside, first id outside, and count.
    package static func ranges(ofMap text: String) -> [ClosedRange<UInt32>] {
      text.fields(separatedBy: "\n").compactMap { line in
        let numbers = line.fields(separatedBy: " ").compactMap { UInt64($0) }
        guard numbers.count == 3, numbers[2] > 0, numbers[0] + numbers[2] - 1 <= UInt32.max
        else { return nil }
        return UInt32(numbers[0])...UInt32(numbers[0] + numbers[2] - 1)
      }
    }
  }
}
