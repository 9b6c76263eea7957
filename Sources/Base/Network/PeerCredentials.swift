internal import Glibc

/// The process that connected a unix socket, as it was then: SO_PEERCRED and SO_PEERGROUPS of
/// unix(7).
package struct PeerCredentials: Hashable, Sendable {
  /// Its effective user.
  package let uid: UInt32
  /// Its effective group, and then its supplementary ones.
  package let gids: [UInt32]

  /// Numbers of socket(7) that Glibc shows to C with _GNU_SOURCE only: alike on x86-64 and arm64.
  private static let peerCredentials: CInt = 17
  private static let peerGroups: CInt = 59
  /// Supplementary groups of a process (NGROUPS_MAX of limits.h).
  private static let groupsMax = 65536

  /// Reads those of a connected socket.
  ///
  /// - Returns: nil for one that is no unix socket.
  package init?(of socket: CInt) {
    guard SocketAddress.family(of: socket) == AF_UNIX else { return nil }
    // struct ucred: process, user, group.
    guard let words = Self.read(Self.peerCredentials, of: socket, countMax: 3), words.count == 3,
      words[1] != UInt32.max
    else { return nil }
    uid = words[1]
    // Before Linux 4.13 there is no such option: the group alone counts then.
    let groups =
      Self.read(Self.peerGroups, of: socket, countMax: 64)
      ?? Self.read(Self.peerGroups, of: socket, countMax: Self.groupsMax)
    gids = [words[2]] + (groups ?? [])
  }

  private static func read(_ option: CInt, of socket: CInt, countMax: Int) -> [UInt32]? {
    var words = [UInt32](repeating: 0, count: countMax)
    var length = socklen_t(countMax * MemoryLayout<UInt32>.stride)
    // SAFETY: getsockopt(2) writes at most `length` bytes, the size of the array.
    guard unsafe getsockopt(socket, SOL_SOCKET, option, &words, &length) == 0 else { return nil }
    return Array(words.prefix(Int(length) / MemoryLayout<UInt32>.stride))
  }
}
