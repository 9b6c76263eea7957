@testable import SandboxBase
import Testing

/// The probe on the machine of the tests, which are run as root, and the texts that it reads.
struct KernelProbeTests {
  @Test func `root on a machine of its own is found to be privileged`() throws {
    let features = try KernelProbe.features()
    #expect(features.isPrivileged, "\(features.privilege.gap ?? "")")
    #expect(features.hasSeccomp && features.seccompRefusal.isEmpty)
    #expect(
      features.namespaces == Set(KernelFeatures.Namespace.allCases), "\(features.own.refusals)")
    #expect(features.own.procRefusal.isEmpty)
    #expect(!features.release.isEmpty)
  }

  @Test func `two probes agree, so the first changed nothing`() throws {
    #expect(try KernelProbe.features() == KernelProbe.features())
  }

  @Test func `a core pattern that pipes names its program`() {
    var features = KernelFeatures()
    features.corePattern = "core"
    #expect(features.corePipe == nil)
    features.corePattern = "|/usr/lib/systemd/systemd-coredump %P %u"
    #expect(features.corePipe == "/usr/lib/systemd/systemd-coredump")
    features.corePattern = "| /usr/share/apport/apport %p"
    #expect(features.corePipe == "/usr/share/apport/apport")
  }

  @Test func `maps of a container's ids are read and held against a range`() {
    var privilege = KernelFeatures.Privilege()
    privilege.users = KernelFeatures.Privilege.ranges(
      ofMap: "         0       1000          1\n         1     100000      65536\n")
    #expect(privilege.users == [0...0, 1...65_536])
    privilege.groups = privilege.users
    #expect(privilege.gap == nil)
    #expect(privilege.isInUserNamespace && !KernelFeatures.Privilege().isInUserNamespace)
    #expect(privilege.maps(0...65_536))
    #expect(!privilege.maps(65_000...70_000))
    privilege.users = KernelFeatures.Privilege.ranges(ofMap: "0 1000 1\n")
    #expect(privilege.gap?.contains("maps no id") == true)
    #expect(KernelFeatures.Privilege.ranges(ofMap: "0 0 4294967295\n") == [0...4_294_967_294])
    #expect(KernelFeatures.Privilege.ranges(ofMap: "").isEmpty)
  }
}
