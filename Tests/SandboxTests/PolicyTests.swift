import CLaunch
import Glibc
@testable import SandboxBase
@testable import SandboxLauncher
import SystemBase
import Testing

@Suite struct PolicyTests {
  @Test func `an id range has room for service, sweeper, sandbox inits and a job, and no root`() {
    #expect(IdentityRange(first: 0, last: 100) == nil)
    #expect(IdentityRange(first: 999, last: 70_000) == nil)
    #expect(IdentityRange(first: 65_536, last: 65_538) == nil)
    #expect(IdentityRange(first: 65_536, last: .max) == nil)
    #expect(IdentityRange(first: 70_000, last: 69_999) == nil)
    let range = IdentityRange(first: 65_536, last: 65_539)
    #expect(range?.jobCount == 1)
    #expect(range?.job(0) == 65_539)
    #expect(Set([range?.service, range?.sweeper, range?.sandboxInit]).count == 3)
  }

  @Test func `root has no spelling as the account of jobs`() {
    #expect(FixedIdentity(uid: 0, gid: 5) == nil)
    #expect(FixedIdentity(uid: 5, gid: 0) == nil)
    #expect(FixedIdentity(uid: .max, gid: 5) == nil)
    #expect(FixedIdentity(uid: 5, gid: .max) == nil)
  }

  @Test func `arguments with a NUL, too many or too long are no list`() {
    #expect(ArgumentList(["a\0b"]) == nil)
    #expect(ArgumentList(Array(repeating: "", count: ArgumentList.countMax + 1)) == nil)
    #expect(ArgumentList(Array(repeating: "", count: ArgumentList.countMax)) != nil)
    #expect(ArgumentList([String(repeating: "a", count: ArgumentList.bytesMax)]) == nil)
    #expect(ArgumentList([String(repeating: "a", count: ArgumentList.bytesMax - 1)]) != nil)
  }

  @Test func `the child's steps have the same numbers in C and in Swift`() {
    let inC: [launch_step] = [
      LAUNCH_STEP_CLONE, LAUNCH_STEP_JOIN, LAUNCH_STEP_SESSION, LAUNCH_STEP_DESCRIPTORS,
      LAUNCH_STEP_NAMESPACES, LAUNCH_STEP_WORK_MOUNT, LAUNCH_STEP_CGROUP_MOUNT,
      LAUNCH_STEP_SCHEDULING, LAUNCH_STEP_LIMITS,
      LAUNCH_STEP_BOUNDING_SET, LAUNCH_STEP_AMBIENT_SET, LAUNCH_STEP_SECUREBITS,
      LAUNCH_STEP_GROUPS, LAUNCH_STEP_GID, LAUNCH_STEP_UID, LAUNCH_STEP_CAPABILITIES,
      LAUNCH_STEP_VERIFY, LAUNCH_STEP_KEYRING, LAUNCH_STEP_WORK_FOLDER, LAUNCH_STEP_PARENT,
      LAUNCH_STEP_SIGNALS, LAUNCH_STEP_NO_NEW_PRIVS, LAUNCH_STEP_LANDLOCK, LAUNCH_STEP_SECCOMP,
      LAUNCH_STEP_LISTENER, LAUNCH_STEP_EXEC,
    ]
    #expect(inC.map(\.rawValue) == LaunchStep.allCases.map(\.rawValue).filter { $0 < 32 })
  }

  @Test func `the steps of a sandbox have the same numbers in C and in Swift`() {
    let inC: [sandbox_step] = [
      SANDBOX_STEP_CLONE, SANDBOX_STEP_TIE, SANDBOX_STEP_HOST_NAME, SANDBOX_STEP_LOOPBACK,
      SANDBOX_STEP_SCRATCH,
      SANDBOX_STEP_PROC, SANDBOX_STEP_MEMFD, SANDBOX_STEP_RULESET, SANDBOX_STEP_DROP,
      SANDBOX_STEP_FILTER,
      SANDBOX_STEP_REPORT,
    ]
    let own: [LaunchStep] = [.sandboxTree, .hostPath]
    #expect(
      inC.map(\.rawValue) + own.map(\.rawValue)
        == LaunchStep.allCases.map(\.rawValue).filter { $0 >= 64 })
  }

  @Test func `every rule for executables has words and a remedy`() {
    for rule in ExecutableRefusal.allCases {
      #expect(!rule.explanation.isEmpty)
      #expect(!rule.remedy(for: "/x").isEmpty)
      let fault = LaunchStepFailure(.executable, code: 13, index: rule.rawValue)
      #expect(fault.message.contains(rule.explanation))
    }
  }

  @Test(arguments: [
    (ETIMEDOUT, "does not answer"), (ENOENT, "does not exist"), (ENOMEDIUM, "requireMount"),
    (ESTALE, "Unmount it"), (EACCES, "allow_other"), (ELOOP, "symbolic link"),
  ])
  func `a path that cannot be mounted is named, with what to do`(code: Int32, words: String) {
    let message = LaunchStepFailure(.hostPath, code: code, object: "/srv/nas").message
    #expect(message.contains("/srv/nas") && message.contains(words))
  }

  @Test func `every errno that a launch can meet has a name`() {
    for code in [1, 2, 7, 8, 11, 12, 13, 16, 20, 22, 23, 24, 26, 28, 30, 36, 40] as [Int32] {
      #expect(!ErrorCode.name(code).contains { $0.isNumber && code != 7 })
      #expect(!ErrorCode.message(code).isEmpty)
    }
    #expect(ErrorCode.name(9999) == "E9999")
  }

  // Proves P-033.
  @Test func `no account is served where others of it could open the launcher's memory`() {
    let account = FixedIdentity(uid: 33, gid: 33)
    let words = LauncherSetup.dumpableRefusal(account: account, setting: "1\n")
    #expect(words?.contains("fs.suid_dumpable") == true)
    for setting in ["0\n", "2\n"] {
      #expect(LauncherSetup.dumpableRefusal(account: account, setting: setting) == nil)
    }
    #expect(LauncherSetup.dumpableRefusal(account: nil, setting: "1\n") == nil)
  }
}
