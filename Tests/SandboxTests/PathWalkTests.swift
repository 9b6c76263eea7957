import Glibc
import TestSupport
import Testing

@testable import SandboxBase

/// Paths are bytes between slashes, as the kernel has them, whatever Unicode makes of them.
struct PathWalkTests {
  /// Names in which a character of Swift is not a byte of the kernel: a combining mark behind the
  /// slash, CR and LF, a letter in two forms, marks that join.
  private static let names = [
    "\u{301}mark", "a\r\nb", "\u{e9}", "e\u{301}", "\u{200d}join", "\u{fe0f}", "...", "a b",
    "\u{1f1e6}\u{1f1e7}",
  ]

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static var noMounts: RemoteMountTable { RemoteMountTable(MountTable("")) }

  private static func resolved(_ path: String) throws -> [UInt8] {
    bytes(try TrustedPath.resolve(path, avoiding: noMounts).path)
  }

  @Test(arguments: names)
  func `a walk takes a name as it is`(name: String) throws {
    let root = try RootFolder()
    let folder = root(name)
    try Files.makeFolder(folder)
    try Files.write("x", to: folder + "/\(name)")
    let file = folder + "/\(name)"
    for path in [
      file, root.path + "//\(name)/./\(name)", root.path + "/\(name)/../\(name)/\(name)",
    ] {
      #expect(try Self.resolved(path) == Self.bytes(file))
      #expect(try LinkedPath.resolve(path) == .direct)
    }
    #expect(try Self.resolved(folder + "/") == Self.bytes(folder))
  }

  @Test(arguments: names)
  func `a link leads to the name that it has, and to no other form of it`(name: String) throws {
    let root = try RootFolder()
    try Files.makeFolder(root("\u{e9}x"))
    try Files.makeFolder(root("e\u{301}x"))
    try Files.makeFolder(root(name))
    try Files.write("x", to: root(name) + "/file")
    for target in [name, "./\(name)//", root(name)] {
      #expect(unsafe symlink(target, root("link")) == 0)
      #expect(try Self.resolved(root("link/file")) == Self.bytes(root(name) + "/file"))
      guard case .leads(let path) = try LinkedPath.resolve(root("link/file")) else {
        Issue.record("no link was found")
        return
      }
      #expect(Self.bytes(path) == Self.bytes(root(name) + "/file"))
      #expect(unsafe unlink(root("link")) == 0)
    }
  }

  @Test func `two forms of one letter are two folders`() throws {
    let root = try RootFolder()
    try Files.makeFolder(root("\u{e9}"))
    try Files.makeFolder(root("e\u{301}"))
    try Files.write("composed", to: root("\u{e9}/file"))
    #expect(unsafe symlink("../\u{e9}/file", root("e\u{301}/file")) == 0)
    #expect(try Self.resolved(root("e\u{301}/file")) == Self.bytes(root("\u{e9}/file")))
    #expect(try LinkedPath.resolve(root("e\u{301}/file")) == .leads(to: root("\u{e9}/file")))
  }

  @Test func `a folder that others can change stops the walk also behind a mark`() throws {
    let root = try RootFolder()
    try Files.makeFolder(root("\u{301}open"))
    try Files.setMode(0o777, of: root("\u{301}open"))
    try Files.write("x", to: root("\u{301}open/file"))
    #expect(throws: TrustedPath.Refusal.self) { try Self.resolved(root("\u{301}open/file")) }
    #expect(unsafe symlink("/bin", root("\u{301}open/link")) == 0)
    guard case .refused = try LinkedPath.resolve(root("\u{301}open/link/sh")) else {
      Issue.record("the link was followed")
      return
    }
  }
}
