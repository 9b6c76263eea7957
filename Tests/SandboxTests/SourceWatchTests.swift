import TestSupport
import Testing

@testable import SandboxBase
@testable import SandboxLauncher

/// Changes of files that root templates are built from.
struct SourceWatchTests {
  /// A watch of `names` in a folder, as it is when they have been looked at.
  private struct Watched: ~Copyable {
    var mounts: MountReader
    var watch = SourceWatch()
    let version: SourceWatch.Version

    init(_ paths: [String]) throws {
      var mounts = try MountReader()
      var watch = SourceWatch()
      let version = watch.now(mounts)
      let isWatched = try watch.watch(paths, besides: mounts.remote())
      #expect(isWatched)
      self.mounts = mounts
      self.watch = watch
      self.version = version
    }

    mutating func isChanged() -> Bool { watch.now(mounts) != version }
  }

  /// A change, and whether it has to be told of.
  enum Change: String, CaseIterable, Sendable {
    case write, replace, remove, removeFolder, moveFolder, makeMissing, read, writeToDevice

    var counts: Bool { self != .read && self != .writeToDevice }

    func make(in folder: RootFolder) throws {
      let file = folder.path + "/settings/file"
      switch self {
      case .write: try Files.write("second", to: file)
      case .replace:
        try Files.write("second", to: folder.path + "/settings/new")
        try Files.move(folder.path + "/settings/new", over: file)
      case .remove: try Files.remove(file)
      case .removeFolder: _ = try CommandRun("/bin/rmdir", [folder.path + "/settings/empty"])
      case .moveFolder: try Files.move(folder.path + "/settings", over: folder.path + "/other")
      case .makeMissing: try Files.write("first", to: folder.path + "/missing")
      case .read: #expect(Files.text(of: file) == "first")
      case .writeToDevice: _ = try CommandRun("/bin/sh", ["-c", "echo x > /dev/null"])
      }
    }
  }

  @Test(arguments: Change.allCases)
  func `a change of a file or of the folders that lead to it is told of, and a read is not`(
    _ change: Change
  ) throws {
    let folder = try RootFolder()
    try Files.makeFolder(folder.path + "/settings")
    try Files.makeFolder(folder.path + "/settings/empty")
    try Files.write("first", to: folder.path + "/settings/file")
    let names = ["/settings/file", "/settings/empty", "/missing"]
    let paths = names.map { folder.path + $0 } + ["/dev/null"]
    guard change.counts else {
      // Tests beside this one make folders in the same parent: that is told of as well.
      try waiting(until: "a look without news") {
        var watched = try Watched(paths)
        try change.make(in: folder)
        return !watched.isChanged()
      }
      return
    }
    var watched = try Watched(paths)
    try change.make(in: folder)
    let isChanged = watched.isChanged()
    #expect(isChanged)
  }

  @Test func `a file that replaced another is watched at the next look`() throws {
    let folder = try RootFolder()
    let file = folder.path + "/file"
    try Files.write("first", to: file)
    var mounts = try MountReader()
    var watch = SourceWatch()
    for text in ["second", "third", "fourth"] {
      let version = watch.now(mounts)
      let isWatched = try watch.watch([file], besides: mounts.remote())
      #expect(isWatched)
      try Files.write(text, to: file + ".new")
      try Files.move(file + ".new", over: file)
      let next = watch.now(mounts)
      #expect(next != version, "\(text)")
    }
  }

  @Test func `what a new mount covers a path with is watched from the next look on`() throws {
    let folder = try RootFolder()
    var mounts = try MountReader()
    var watch = SourceWatch()
    let file = folder("file")
    let look = { (mounts: inout MountReader, watch: inout SourceWatch) in
      let remote = try mounts.remote()
      let version = watch.now(mounts)
      let isWatched = watch.watch([file], besides: remote)
      #expect(isWatched)
      return version
    }
    try Files.write("below", to: file)
    let before = try look(&mounts, &watch)
    let mount = try CommandRun("/bin/mount", ["-t", "tmpfs", "tmpfs", folder.path])
    try #require(mount.ending == .exited(0), "\(mount.stderr)")
    defer {
      let umount = try? CommandRun("/bin/umount", [folder.path])
      #expect(umount?.ending == .exited(0), "\(umount?.stderr ?? "")")
    }
    try Files.write("above", to: file)
    let covered = try look(&mounts, &watch)
    try Files.write("changed", to: file)
    let after = watch.now(mounts)
    #expect(before != covered && covered != after)
  }

  @Test func `a path that cannot be watched is not taken for watched at the next look`() throws {
    let path = "/" + String(repeating: "a", count: 300)  // ENAMETOOLONG
    let mounts = try MountReader()
    var watch = SourceWatch()
    let remote = try RemoteMountTable.current()
    for _ in 0..<2 {
      _ = watch.now(mounts)
      let isWatched = watch.watch([path], besides: remote)
      #expect(!isWatched)
    }
  }

  @Test func `what a server answers for is not watched`() throws {
    let table = MountTable(
      "21 1 8:1 / / rw - ext4 /dev/root rw\n22 21 0:40 / /srv rw - nfs4 host:/srv rw\n")
    let remoteRoot = MountTable("21 1 0:41 / / rw - nfs4 host:/root rw\n")
    var watch = SourceWatch()
    let answers = [
      watch.watch(["/etc"], besides: RemoteMountTable(table)),
      watch.watch(["/etc", "/srv/program"], besides: RemoteMountTable(table)),
      watch.watch(["/etc"], besides: RemoteMountTable(remoteRoot)),
    ]
    #expect(answers == [true, false, false])
  }
}
