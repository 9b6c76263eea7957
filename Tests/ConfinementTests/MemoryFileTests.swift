import TestSupport
import Testing

extension Confinement {
  /// Programs that were never a file on disk.
  @Suite struct MemoryFileTests {
    static let ways = ["plain", "by-path", "asked-for", "sealed"]
    /// Ways that ask by a flag, which came with the layer itself.
    static let flagged: Set = ["asked-for", "sealed"]

    /// vm.memfd_noexec, which keeps memory files from being programs, came with Linux 6.3.
    static func isThere() throws -> Bool { try KernelRelease.isAtLeast(6, 3) }

    @Test func `a job tells whether its memory files can be programs`() throws {
      let job = try server().run(Probe.path(), ["memory-files"])
      #expect(try job.state(of: "memfd") == (Self.isThere() ? "enforced" : "missing"))
    }

    // Proves P-077.
    @Test(arguments: ways)
    func `a job cannot execute a memory file where the kernel can forbid it`(
      _ way: String
    ) throws {
      let found = try facts("memory-files")[way]
      if try Self.isThere() {
        #expect(found == "EACCES" || found == "EPERM", "\(found ?? "it was executed")")
      } else {
        #expect(found == (Self.flagged.contains(way) ? "EINVAL" : "ok"))
      }
    }

    // Twin of P-077.
    /// The fourth is sealed against execution by the program itself.
    @Test(arguments: ways.dropLast())
    func `outside, a memory file is executed`(_ way: String) throws {
      let isKnown = try Self.isThere() || !Self.flagged.contains(way)
      #expect(try bareFacts("memory-files")[way] == (isKnown ? "ok" : "EINVAL"))
    }

    // Proves P-115.
    @Test func `a job may keep data in a memory file`() throws {
      #expect(try facts("memory-files")["data"] == "ok")
    }
  }
}
