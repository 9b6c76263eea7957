import TestSupport
import Testing

extension Confinement {
  @Suite struct ArgumentCheckTests {
    static let families = [
      "inet", "inet6", "inet-datagram", "inet-raw", "netlink", "packet", "alg", "vsock",
      "inet-high-bits",
    ]

    // Proves P-012, P-076.
    @Test(arguments: families)
    func `a job gets no socket but of AF_UNIX`(_ family: String) throws {
      #expect(try facts("families")[family] == "EAFNOSUPPORT")
    }

    // Twin of P-012, P-076.
    /// AF_ALG and raw sockets without a protocol depend on how the kernel was built.
    @Test(arguments: families.filter { !["alg", "inet-raw"].contains($0) })
    func `outside, the probe gets that socket`(_ family: String) throws {
      #expect(try bareFacts("families")[family] == "ok")
    }

    // Proves P-115.
    @Test(arguments: ["unix", "unix-pair"])
    func `a job gets unix sockets`(_ family: String) throws {
      #expect(try facts("families")[family] == "ok")
    }

    static let injections = ["TIOCSTI", "TIOCSTI-high-bits", "TIOCLINUX", "TIOCLINUX-high-bits"]

    // Proves P-016, P-079.
    @Test(arguments: injections)
    func `a job cannot type into a terminal`(_ request: String) throws {
      #expect(try facts("terminal")[request] == "EPERM")
    }

    // Twin of P-079.
    @Test(arguments: injections)
    func `outside, only the lack of a terminal stands in the way`(_ request: String) throws {
      #expect(try bareFacts("terminal")[request] == "ENOTTY")
    }

    static let modeCalls = [
      "chmod", "fchmod", "fchmodat", "open", "creat", "openat", "openat-temporary", "mknod",
      "mknodat",
    ]
    static let setIDs = modeCalls.flatMap { ["\($0)-set-uid", "\($0)-set-gid"] }

    // Proves P-017.
    @Test(arguments: setIDs)
    func `a job cannot make a set-id file`(_ way: String) throws {
      #expect(try facts("modes")[way] == "EPERM")
    }

    // Twin of P-017.
    @Test(arguments: setIDs + ["openat2-set-uid"])
    func `outside, even an unprivileged user makes that file`(_ way: String) throws {
      #expect(try unprivilegedFacts("modes")[way] == "ok")
    }

    @Test func `outside, fchmodat2 makes that file where the kernel has it`() throws {
      let isThere = try KernelRelease.isAtLeast(6, 6)
      #expect(try unprivilegedFacts("modes")["fchmodat2-set-uid"] == (isThere ? "ok" : "ENOSYS"))
    }

    @Test(arguments: ["openat2-set-uid", "fchmodat2-set-uid"])
    func `calls whose mode no filter sees are not there`(_ way: String) throws {
      #expect(try facts("modes")[way] == "ENOSYS")
    }

    static let devices = ["character-device", "block-device", "character-device-at"]

    // Proves P-017, P-084.
    @Test(arguments: devices)
    func `a job cannot make a device`(_ device: String) throws {
      #expect(try facts("modes")[device] == "EPERM")
    }

    // Twin of P-017, P-084.
    @Test(arguments: devices)
    func `outside, root makes that device`(_ device: String) throws {
      #expect(try bareFacts("modes")[device] == "ok")
    }

    static let signalOfBadCall = 31  // SIGSYS

    // Proves P-010, P-073.
    @Test(arguments: ["int80", "x32"])
    func `a call of another architecture kills`(_ entry: String) throws {
      #expect(try facts("foreign")[entry] == "signal \(Self.signalOfBadCall)")
    }

    // Twin of P-010, P-073.
    @Test(arguments: ["int80", "x32"])
    func `outside, the call of another architecture is survived`(_ entry: String) throws {
      #expect(try bareFacts("foreign")[entry] == "exit 0")
    }
  }
}
