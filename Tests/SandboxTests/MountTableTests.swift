import SandboxBase
@testable import SandboxLauncher
import Testing

struct MountTableTests {
  private static let table = MountTable(
    """
    21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
    22 21 0:5 / /proc rw - proc proc rw
    30 21 0:40 / /mnt/nas rw shared:9 - autofs systemd-1 rw,fd=55
    31 30 0:41 / /mnt/nas rw shared:10 master:3 - nfs4 server:/export rw
    32 21 0:42 / /srv/a\\040b rw - fuse.sshfs host: rw
    """)

  @Test(arguments: [
    ("/", "ext4"), ("/srv", "ext4"), ("/procfs", "ext4"), ("/proc", "proc"), ("/proc/1", "proc"),
    ("/mnt/nas/film", "nfs4"), ("/srv/a b/c", "fuse.sshfs"), ("/srv/a", "ext4"),
  ])
  func `a path is on the last mount at the longest mount point above it`(
    path: String, type: String
  ) {
    #expect(Self.table.mount(of: path)?.type == type)
  }

  @Test(arguments: [
    ("/", true), ("/mnt", true), ("/mnt/nas", true), ("/mnt/na", false), ("/mnt/nas/film", false),
    ("/srv", false),
  ])
  func `an automount counts for the paths above it`(path: String, isFound: Bool) {
    #expect(Self.table.hasAutomount(at: path) == isFound)
  }

  @Test(arguments: [
    ("/", nil), ("/srv", nil), ("/proc/1", nil), ("/mnt", nil), ("/mnt/nas", "nfs4"),
    ("/mnt/nas/film", "nfs4"), ("/mnt/nasty", nil), ("/srv/a b/c", "fuse.sshfs"),
  ])
  func `what a server answers for is known by the way to it`(path: String, type: String?) {
    #expect(RemoteMountTable(Self.table).mount(above: path)?.type == type)
  }

  @Test func `a local file system over a remote one is local, and the root never counts`() {
    let table = MountTable(
      """
      20 1 0:39 / / rw - fuse.fuse-overlayfs root rw
      21 20 0:40 / /mnt rw - nfs4 server:/export rw
      22 21 8:1 / /mnt rw - ext4 /dev/sda1 rw
      """)
    #expect(RemoteMountTable(table).mount(above: "/mnt/a") == nil)
    #expect(RemoteMountTable(table).mount(above: "/") == nil)
  }

  @Test func `a mount whose name joins with the blank before it hides neither type nor next line`()
  {
    let table = MountTable(
      """
      20 1 0:39 / /srv rw - fuse.sshfs \u{301}host: rw\r
      21 20 0:40 / /mnt rw - nfs4 server:/export rw
      """)
    #expect(table.rows.map(\.type) == ["fuse.sshfs", "nfs4"])
    #expect(RemoteMountTable(table).mount(above: "/srv/\u{301}a")?.mountPoint == "/srv")
  }

  @Test func `lines of another form are left out`() {
    #expect(MountTable("1 2 3\n\nx - y\n").rows.isEmpty)
  }
}
