@testable import RunnerCommand
import RunnerConfiguration
import SandboxBase
import Testing

/// From lines of strace(1) to a policy, and that policy through the reader that the service has.
struct TraceDraftTests {
  private static let program = "/usr/bin/tool"

  private func observe(_ lines: String...) -> TraceObservation {
    var observation = TraceObservation(program: Self.program, folder: "/tmp/t/work")
    let start = [
      #"9 execve("/usr/bin/setpriv", ["setpriv"], 0x1) = 0"#, #"9 setresuid(1, 1, 1) = 0"#,
    ]
    for line in start + [#"9 execve("\#(Self.program)", ["tool"], 0x1) = 0"#] + lines {
      observation.read(Array(line.utf8)[...])
    }
    return observation
  }

  private func draft(_ observation: TraceObservation) -> TraceDraft {
    TraceDraft(observation, user: nil, scratch: "/tmp/t", seconds: 3)
  }

  @Test func `what ran before the program does not count`() {
    let observation = observe("9 read(0, 0x1, 5) = 5")
    #expect(observation.isComplete)
    #expect(observation.calls == ["execve", "read"])
  }

  @Test func `the narrowest profile is taken, and only its calls`() {
    let draft = draft(observe("9 read(0, 0x1, 5) = 5", "9 exit_group(0) = ?"))
    #expect(draft.calls.profile == .compute)
    #expect(draft.calls.only == ["read"], "what every launch needs goes without saying")
  }

  @Test func `a child, a socket or code made at run time ask for more than compute`() {
    let parent = observe("9 clone(child_stack=NULL, flags=SIGCHLD) = 10", "10 read(0, 0x1, 1) = 0")
    #expect(draft(parent).calls.profile == .standard)
    #expect(parent.processes.countMax == 2)
    let code = observe(
      "9 mmap(NULL, 4096, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE, -1, 0) = 0x70000000"
    )
    #expect(draft(code).calls.profile == .standard)
  }

  private static let childClone = "9 clone(child_stack=NULL, flags=SIGCHLD) = "
  private static let threadClone = "9 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = "

  @Test(
    arguments: [
      // Two, one after the other, each waited for or not.
      ([childClone + "10", "10 +++ exited with 0 +++", childClone + "11"], 3),
      (
        [
          childClone + "10", "10 +++ exited with 0 +++",
          "9 wait4(-1, [{WIFEXITED(s)}], WNOHANG, NULL) = 10", childClone + "11",
        ], 2
      ),
      (
        [
          childClone + "10", "10 +++ exited with 0 +++",
          "9 waitid(P_ALL, 0, {si_signo=SIGCHLD, si_pid=10, si_uid=1}, WEXITED, NULL) = 0",
          childClone + "11",
        ], 2
      ),
      (
        [
          childClone + "10", "10 +++ exited with 0 +++",
          "9 waitid(P_ALL, 0, {si_signo=SIGCHLD, si_pid=10}, WEXITED|WNOWAIT, NULL) = 0",
          childClone + "11",
        ], 3
      ),
      // A thread is not waited for, and children of an ended process are init's.
      ([threadClone + "10", "10 +++ exited with 0 +++", threadClone + "11"], 2),
      (
        [
          childClone + "10", "10 clone(child_stack=NULL, flags=SIGCHLD) = 12",
          "12 +++ exited with 0 +++",
          "10 +++ exited with 0 +++", "9 wait4(-1, NULL, 0, NULL) = 10", childClone + "11",
        ], 3
      ),
    ] as [([String], Int)])
  func `a process that has ended counts until it is waited for`(lines: [String], count: Int) {
    var observation = observe()
    for line in lines { observation.read(Array(line.utf8)[...]) }
    #expect(observation.processes.countMax == count)
  }

  @Test func `a call that only a group allows brings the group`() {
    let draft = draft(observe("9 inotify_init1(IN_CLOEXEC) = 3<anon_inode:inotify>"))
    #expect(draft.calls.groups == [.fileWatching])
    #expect(draft.calls.only.contains("inotify_init1"))
  }

  @Test func `a call that nothing allows is named`() {
    let draft = draft(observe("9 ptrace(PTRACE_TRACEME) = 0"))
    #expect(draft.calls.missing == ["ptrace"])
  }

  @Test func `a refusal in the trial widens the draft, as far as a profile goes`() {
    var draft = draft(observe("9 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 10"))
    let isWider = draft.widen(by: ["clone"])
    #expect(isWider)
    #expect(draft.calls.only.contains("clone"))
    let isWiderStill = draft.widen(by: ["ptrace"])
    #expect(!isWiderStill, "no profile has it")
  }

  @Test func `memory is what was private and writable at one time`() {
    let observation = observe(
      "9 brk(NULL) = 0x1000000", "9 brk(0x1100000) = 0x1100000",
      "9 mmap(NULL, 2097152, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x70000000",
      "9 munmap(0x70000000, 1048576) = 0",
      "9 mmap(NULL, 9437184, PROT_READ, MAP_PRIVATE, 3, 0) = 0x80000000")
    #expect(observation.processes.privateBytesMax == 3 << 20)
  }

  private func address(_ port: Int) -> String {
    #"{sa_family=AF_INET, sin_port=htons(\#(port)), sin_addr=inet_addr("192.0.2.1")}"#
  }

  @Test func `the network is what was used of it`() {
    let socket = "9 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[1]>"
    let outside = observe(
      socket,
      "9 connect(3<TCP:[1]>, \(address(443)), 16) = 0"
    )
    #expect(draft(outside).network == .tcp(connect: [443], bind: []))
    #expect(draft(observe(socket)).network == .loopback)
    let name = observe(
      "9 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3<UDP:[1]>",
      #"9 sendto(3<UDP:[1]>, ""..., 9, 0, \#(address(53)), 16) = 9"#
    )
    #expect(draft(name).network == .all)
    #expect(draft(observe("9 getpid() = 9")).network == .none)
  }

  @Test func `any free port, on an address that others reach, takes the whole network`() {
    let any = #"{sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}"#
    let own = #"{sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}"#
    let socket = "9 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[1]>"
    #expect(draft(observe(socket, "9 bind(3<TCP:[1]>, \(any), 16) = 0")).network == .all)
    #expect(draft(observe(socket, "9 bind(3<TCP:[1]>, \(own), 16) = 0")).network == .loopback)
  }

  @Test func `where a call is answered by ENOSYS, what takes its place is granted at once`() {
    let threads = draft(observe("9 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 10"))
    #expect(threads.calls.only.contains("clone"))
    let file = draft(observe(#"9 openat2(AT_FDCWD, "/a", {flags=O_RDONLY}, 24) = 3</a>"#))
    #expect(file.calls.only.contains("openat"))
    #expect(!draft(observe("9 getpid() = 9")).calls.only.contains("clone"))
  }

  @Test func `a memory file is a file to the limit on sizes`() {
    let observation = observe(
      #"9 memfd_create("heap", MFD_CLOEXEC) = 3</memfd:heap (deleted)>"#,
      "9 ftruncate(3</memfd:heap (deleted)>, 67108864) = 0")
    #expect(observation.files.largestBytes == 64 << 20)
    #expect(observe("9 ftruncate(3</memfd:heap (deleted)>, 67108864) = 0").files.largestBytes == 0)
  }

  @Test func `a folder that is refused does not take the place of what is granted in it`() {
    let file = "/var/lib/dpkg/status"
    let draft = draft(
      observe(
        #"9 openat(AT_FDCWD</>, "/var/lib", O_RDONLY|O_DIRECTORY) = 3</var/lib>"#,
        #"9 openat(AT_FDCWD</>, "\#(file)", O_RDONLY) = 3<\#(file)>"#))
    #expect(draft.paths.read == [file])
    #expect(draft.notes.contains { $0.contains("It read /var/lib:") }, "\(draft.notes)")
  }

  @Test func `a folder that was opened for its path alone was not listed`() {
    let observation = observe(
      #"9 openat(AT_FDCWD</>, "/var/lib", O_RDONLY|O_PATH|O_DIRECTORY) = 3</var/lib>"#)
    #expect(observation.files.listed.isEmpty && observation.files.read == ["/var/lib"])
  }

  @Test func `what outlives the program is told, and only then`() {
    var observation = observe("9 clone(child_stack=NULL, flags=SIGCHLD) = 10")
    #expect(observation.remaining.isEmpty)
    observation.read(Array("9 +++ exited with 0 +++".utf8)[...])
    #expect(observation.remaining == [10])
    observation.read(Array("10 +++ killed by SIGKILL +++".utf8)[...])
    #expect(observation.remaining.isEmpty)
  }

  @Test func `no more open files are asked for than this host lets a process have`() {
    let observation = observe("9 dup2(1</dev/null>, 19999) = 19999</dev/null>")
    let draft = TraceDraft(
      observation, user: nil, scratch: "/tmp/t", seconds: 3, openFilesMax: 20_000)
    #expect(draft.limits.each.first { $0.key == "openFiles" }?.value == "20000")
    #expect(self.draft(observation).limits.each.first { $0.key == "openFiles" }?.value == "40000")
  }

  @Test(arguments: [
    ("/dev/dri/renderD128", "vaapi"), ("/dev/nvidiactl", "nvidia"),
  ])
  func `graphics hardware that it opened is asked for by its kind`(
    device: String, kind: String
  ) {
    let observation = observe(
      #"9 openat(AT_FDCWD</>, "\#(device)", O_RDWR) = 3<\#(device)<char 226:128>>"#)
    let text = TraceText(draft: draft(observation), arguments: []).document
    #expect(text.contains("gpu: \"\(kind)\",  // it opened devices of this kind"), "\(text)")
    let folder = KernelFolder()
    let path = "/sys/devices/pci0000:00/0000:00:02.0"
    folder.addDevice(path, driver: "i915", vendor: "8086", device: "46a6")
    folder.addNode("renderD128", number: "226:128", of: path)
    folder.addNVIDIA(0, slot: "0000:17:00.0")
    let paths = TracePaths(
      observation, program: Self.program, scratch: "/tmp/t", host: GPUHost(folder.tree))
    #expect(paths.gpu?.rawValue == kind && paths.devices.isEmpty)
    #expect(TracePaths(observe(), program: Self.program, scratch: "/tmp/t").gpu == nil)
  }

  @Test func `the text is a configuration that the service takes`() throws {
    let observation = observe(
      "9 read(0, 0x1, 5) = 5", "9 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x1000")
    var text = TraceText(
      draft: draft(observation), arguments: ["a */ b", "line\nbreak } { \u{2028}"])
    text.verdict = "It was not tried."
    let configuration = try ConfigurationReader.read(
      Array(text.document.utf8), commandLine: CommandLineSettings(),
      host: HostInfo(processorCount: 2, memoryBytes: 4 << 30))
    let entry = try #require(configuration.entries.first)
    #expect(entry.policy.path == Self.program)
    #expect(entry.policy.profile == .compute)
    #expect(entry.policy.calls.only == ["mmap", "read"])
    #expect(entry.policy.wallClockSeconds == 60)
  }
}
