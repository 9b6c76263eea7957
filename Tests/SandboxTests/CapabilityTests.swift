import CCapability
import Foundation
@testable import SandboxBase
@testable import SandboxClient
import Testing

/// What libcap says of this process, of others and of files.
struct CapabilityTests {
  @Test func `the sets of this process are those of its status file`() throws {
    let sets = try CapabilitySets.current()
    let effective = try Self.status("CapEff")
    #expect(effective == sets.effective)
    let permitted = try Self.status("CapPrm")
    #expect(permitted == sets.permitted)
    let inheritable = try Self.status("CapInh")
    #expect(inheritable == sets.inheritable)
    let same = try CapabilitySets.of(process: getpid())
    #expect(same == sets)
  }

  @Test func `a process that is not there has no sets`() throws {
    // Above pid_max (proc(5)) there is no process.
    #expect(throws: SystemCallFailure.self) { try CapabilitySets.of(process: 1 << 23) }
  }

  @Test func `the last capability is the kernel's`() throws {
    let text = try String(contentsOfFile: "/proc/sys/kernel/cap_last_cap", encoding: .utf8)
    #expect(UInt32(text.trimmingCharacters(in: .whitespacesAndNewlines)) == Capability.last)
  }

  @Test func `names are those of the manual`() {
    #expect(Capability.administer.name == "CAP_SYS_ADMIN")
    #expect(Capability.changeOwner.name == "CAP_CHOWN")
    #expect(CapabilityName.all.first == "CAP_CHOWN")
    #expect(CapabilityName.all.count == Int(Capability.count))
    #expect(Set(CapabilityName.all).count == CapabilityName.all.count)
  }

  @Test func `a file without capabilities has none`() throws {
    try Self.withFile { path, descriptor in
      let found = try FileCapabilities.read(descriptor, path: path)
      #expect(found == nil)
    }
  }

  @Test func `a file's capabilities are named`() throws {
    try Self.withFile { path, descriptor in
      try Self.grant("cap_net_raw=ep", to: descriptor)
      let found = try FileCapabilities.read(descriptor, path: path)
      #expect(found == FileCapabilities(text: "cap_net_raw=ep", rootID: 0))
    }
  }

  @Test func `capabilities of a user namespace are named with its root`() throws {
    try Self.withFile { path, descriptor in
      try Self.grant("cap_net_raw=ep", to: descriptor, root: 1000)
      let found = try FileCapabilities.read(descriptor, path: path)
      #expect(found == FileCapabilities(text: "cap_net_raw=ep", rootID: 1000))
      #expect(found?.description.contains("root id 1000") == true)
    }
  }

  @Test func `an attribute that grants nothing is found`() throws {
    try Self.withFile { path, descriptor in
      try Self.grant("=", to: descriptor)
      let found = try FileCapabilities.read(descriptor, path: path)
      #expect(found?.text == "=")
    }
  }

  private static func status(_ key: String) throws -> UInt64? {
    let text = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
    return line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
  }

  private static func withFile(_ body: (String, CInt) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "capability-" + UUID().uuidString
    try Data().write(to: URL(fileURLWithPath: path))
    defer { _ = unsafe unlink(path) }
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    try body(path, file.fileDescriptor)
    try file.close()
  }

  /// What setcap(8) does; with a root id, version 3 of the attribute.
  private static func grant(_ text: String, to descriptor: CInt, root: uid_t = 0) throws {
    let state = unsafe try #require(unsafe cap_from_text(text))
    defer { unsafe cap_free(UnsafeMutableRawPointer(state)) }
    if root != 0 { try #require(unsafe cap_set_nsowner(state, root) == 0) }
    try #require(unsafe cap_set_fd(descriptor, state) == 0)
  }
}
