import Testing

@testable import Sandbox

/// The probe on the machine of the tests, which are run as root, and the texts that it reads.
struct KernelProbeTests {
  @Test func `root on a machine of its own is found to be privileged`() throws {
    let facts = try KernelProbe.facts()
    #expect(facts.isPrivileged, "\(facts.privilege.gap ?? "")")
    #expect(facts.hasSeccomp && facts.seccompRefusal.isEmpty)
    #expect(facts.namespaces == Set(KernelFacts.Namespace.allCases), "\(facts.namespaceRefusals)")
    #expect(facts.own.procRefusal.isEmpty)
    #expect(!facts.release.isEmpty)
  }

  @Test func `two probes agree, so the first changed nothing`() throws {
    #expect(try KernelProbe.facts() == KernelProbe.facts())
  }

  @Test func `a core pattern that pipes names its program`() {
    var facts = KernelFacts()
    facts.corePattern = "core"
    #expect(facts.corePipe == nil)
    facts.corePattern = "|/usr/lib/systemd/systemd-coredump %P %u"
    #expect(facts.corePipe == "/usr/lib/systemd/systemd-coredump")
    facts.corePattern = "| /usr/share/apport/apport %p"
    #expect(facts.corePipe == "/usr/share/apport/apport")
  }

  @Test func `maps of a container's ids are read and held against a range`() {
    var privilege = KernelFacts.Privilege()
    privilege.users = KernelFacts.Privilege.ranges(
      ofMap: "         0       1000          1\n         1     100000      65536\n")
    #expect(privilege.users == [0...0, 1...65_536])
    privilege.groups = privilege.users
    #expect(privilege.gap == nil)
    #expect(privilege.maps(0...65_536))
    #expect(!privilege.maps(65_000...70_000))
    privilege.users = KernelFacts.Privilege.ranges(ofMap: "0 1000 1\n")
    #expect(privilege.gap?.contains("maps no id") == true)
    #expect(KernelFacts.Privilege.ranges(ofMap: "0 0 4294967295\n") == [0...4_294_967_294])
    #expect(KernelFacts.Privilege.ranges(ofMap: "").isEmpty)
  }
}
