import TestSupport
import Testing

extension Confinement {
  /// Programs that were never a file on disk.
  @Suite struct MemoryFileTests {
    static let ways = ["plain", "by-path", "asked-for", "sealed"]

    @Test(arguments: ways)
    func `a job cannot execute a memory file`(_ way: String) throws {
      let found = try facts("memory-files")[way]
      #expect(found == "EACCES" || found == "EPERM", "\(found ?? "it was executed")")
    }

    /// The fourth is sealed against execution by the program itself.
    @Test(arguments: ways.dropLast())
    func `outside, a memory file is executed`(_ way: String) throws {
      #expect(try bareFacts("memory-files")[way] == "ok")
    }

    @Test func `a job may keep data in a memory file`() throws {
      #expect(try facts("memory-files")["data"] == "ok")
    }
  }
}
