import RunnerConfiguration
import Testing
import TextFormats

/// Files that are refused: each with place, key and a remedy.
struct ContradictionTests {
  @Test(arguments: [
    ("profile: 'network'", "profile", "network is \"none\""),
    ("profile: 'compute', network: 'all'", "network", "compute has no sockets"),
    ("profile: 'compute', network: {connect: [1]}", "network", "compute has no sockets"),
    ("without: ['network-namespace']", "without", "host's network"),
    ("network: 'loopback', without: ['network-namespace']", "without", "Keep the layer"),
    ("network: {bind: [80]}, without: ['landlock-network']", "without", "landlock-network"),
    ("network: {}", "network", "no port"), ("network: {connect: []}", "network", "no port"),
    ("network: 'some'", "network", "none of these"), ("network: 1", "network", "object"),
    ("network: {connect: [0]}", "network.connect[0]", "from 1 to 65535"),
    ("network: {conect: [1]}", "network.conect", "Did you mean connect?"),
    ("without: ['seccomp']", "without[0]", "none of these"),
    ("without: ['memfd'], require: ['memfd']", "without", "required as well"),
    ("without: ['ipc-namespac']", "without[0]", "Did you mean ipc-namespace?"),
    ("require: ['selinux']", "require[0]", "none of these"),
    ("profile: 'none'", "profile", "none of these"),
    ("profile: 'compite'", "profile", "Did you mean compute?"),
    ("calls: {only: ['opne']}", "calls.only[0]", "Did you mean open?"),
    ("calls: {deny: ['read', 'wr\\u0000']}", "calls.deny[1]", "letters, digits"),
    ("calls: {only: ['read', 'mount']}", "calls.only[1]", "does not allow mount"),
    ("calls: {only: ['mount', 'read', 'bpf']}", "calls.only[2]", "does not allow bpf"),
    ("calls: {deny: ['unlink', 'execve']}", "calls.deny[1]", "cannot be denied"),
    ("calls: {only: ['read'], deny: ['read']}", "calls.deny[0]", "both in"),
    ("calls: {groups: ['everything']}", "calls.groups[0]", "none of these"),
    ("capabilities: ['CAP_NET_ADMIN']", "capabilities[0]", "no setting gives them"),
    ("capabilities: ['sys_admin']", "capabilities[0]", "CAP_SYS_ADMIN"),
    ("capabilities: ['CAP_NET_ADMN']", "capabilities[0]", "Did you mean CAP_NET_ADMIN?"),
  ])
  func `a confinement that contradicts itself is refused`(
    keys: String, key: String, text: String
  ) throws {
    try check(keys, key, text)
  }

  @Test(arguments: [
    ("write: ['/']", "write[0]", "empty, `.` or `..`"), ("write: ['/usr']", "write[0]", "/usr"),
    ("write: ['/srv/a', '/etc/x']", "write[1]", "/etc"),
    ("write: ['/lib64/x']", "write[0]", "/lib64"),
    ("write: ['/var']", "write[0]", "the whole of /var"), ("write: ['/home']", "write[0]", "/home"),
    ("read: ['/root']", "read[0]", "/root"), ("read: ['/root/x']", "read[0]", "/root"),
    ("read: ['/proc/1']", "read[0]", "/proc"), ("read: ['/sys']", "read[0]", "/sys"),
    ("read: ['/dev/sda']", "read[0]", "go into devices"), ("read: ['/tmp']", "read[0]", "/tmp"),
    ("write: ['/var/lib/http-runner']", "write[0]", "own work folder"),
    ("write: ['/var/lib/http-runner/x']", "write[0]", "own work folder"),
    ("read: ['/tmp/in']", "read[0]", "of its own"), ("write: ['/var/tmp/a']", "write[0]", "covers"),
    ("read: ['/var/lib']", "read[0]", "whole of"), ("write: ['/bin']", "write[0]", "ever written"),
    ("read: ['srv']", "read[0]", "not absolute"), ("read: ['/srv/../etc']", "read[0]", "`..`"),
    ("read: ['/srv/']", "read[0]", "empty"), ("read: ['/srv/\\n']", "read[0]", "control"),
    ("read: ['/srv', '/srv']", "read[1]", "already"), ("read: '/srv'", "read", "a list"),
    ("read: [1]", "read[0]", "a string"),
    ("read: ['/srv/a'], write: ['/srv/a']", "read[0]", "jobs may write"),
    ("read: ['/srv/a/b'], write: ['/srv/a']", "read[0]", "jobs may write"),
    ("devices: ['/srv/x']", "devices[0]", "beneath /dev"),
    ("devices: ['/dev/../etc/x']", "devices[0]", "`..`"),
    ("devices: ['/dev/mem']", "devices[0]", "memory"),
    ("devices: ['/dev/sda1']", "devices[0]", "disk"),
    ("devices: ['/dev/nvme0n1']", "devices[0]", "disk"),
    ("devices: ['/dev/tty1']", "devices[0]", "terminal"),
    ("devices: ['/dev/net/tun']", "devices[0]", "interfaces"),
    ("devices: ['/dev/null']", "devices[0]", "Every job has it"),
    ("user: 'root'", "user", "never run as root"), ("user: '0'", "user", "never run as root"),
    ("user: 0", "user", "a string"), ("user: 'a b'", "user", "user name"),
    (
      "environment: {fixed: {LANG: 'C'}, allowed: ['LANG']}", "environment.allowed[0]",
      "fixed as well"
    ),
    (
      "environment: {allowed: ['A', 'LD_PRELOAD']}", "environment.allowed[1]",
      "no request may set it"
    ),
    ("environment: {allowed: ['1A']}", "environment.allowed[0]", "no name"),
    ("environment: {fixed: {'A=B': ''}}", "environment.fixed.A=B", "no name"),
    ("environment: {fixed: {A: 'b\\0'}}", "environment.fixed.A", "NUL"),
    ("environment: {fixed: {A: 1}}", "environment.fixed.A", "a string"),
    ("environment: {fixed: []}", "environment.fixed", "an object"),
  ])
  func `more reach than jobs may have is refused`(keys: String, key: String, text: String) throws {
    try check(keys, key, text)
  }

  @Test(arguments: [
    ("swap: '1G'", "swap", "Set memory as well"),
    ("memory: '256M', scratch: {size: '512M'}", "scratch.size", "256M"),
    ("memory: '8M', limits: {lockedMemory: '16M'}", "limits.lockedMemory", "cannot lock more"),
    ("memory: '1K'", "memory", "from 4M"), ("memory: Infinity", "memory", "whole number"),
    ("memory: NaN", "memory", "whole number"), ("memory: 1e30", "memory", "from"),
    ("memory: '1.5G'", "memory", "number of bytes"), ("memory: true", "memory", "\"512M\""),
    ("nice: -1", "nice", "from 0 to 19"), ("nice: 20", "nice", "from 0 to 19"),
    ("nice: 1.5", "nice", "whole number"), ("nice: '1'", "nice", "a number, not a string"),
    ("cpus: 0", "cpus", "from 0.01"), ("cpus: 1.234", "cpus", "two digits"),
    ("cpus: Infinity", "cpus", "from 0.01"), ("cpus: '2'", "cpus", "a number"),
    ("cpus: 3, processors: [0, 1]", "cpus", "more than the 2"),
    ("processors: [0, 4]", "processors[1]", "has 4 processors"),
    ("processors: [1, 1]", "processors[1]", "already"),
    ("processors: [-1]", "processors[0]", "from 0"),
    ("cpuWeight: 0", "cpuWeight", "from 1 to 10000"), ("ioWeight: 10001", "ioWeight", "10000"),
    ("io: [{readBytes: 1}]", "io[0].device", "missing"),
    ("io: [{device: '8:0'}]", "io[0]", "nothing"),
    ("io: [{device: 'sda', readBytes: 1}]", "io[0].device", "MAJOR:MINOR"),
    ("io: [{device: '8:0', readBytes: 1}, {device: '8:0', writeBytes: 1}]", "io[1]", "already"),
    ("io: [{device: '8:0', readbytes: 1}]", "io[0].readbytes", "Did you mean readBytes?"),
    ("running: 257", "running", "256 jobs"), ("running: 0", "running", "from 1"),
    ("output: {perStream: '17M'}", "output.perStream", "16M"),
    ("wallClock: '0s'", "wallClock", "from 1"), ("wallClock: '2 h'", "wallClock", "90s, 2h"),
    ("wallClock: '400d'", "wallClock", "from 1"), ("grace: 3601", "grace", "from 1 to 3600"),
    ("limits: {stack: 1}", "limits.stack", "from"), ("limits: {cpus: 1}", "limits.cpus", "cpu"),
    ("limits: []", "limits", "an object"), ("cpu: 1", "cpu", "Did you mean limits.cpu?"),
    ("diagnose: 'yes'", "diagnose", "true or false"),
    ("scratch: {place: 'ram'}", "scratch.place", "none"),
    ("scratch: {inodes: 63}", "scratch.inodes", "from 64"), ("zebra: 1", "zebra", "Here may stand"),
    ("Memory: 1", "Memory", "Did you mean memory?"), ("path: '/bin/b'", "path", "already"),
  ])
  func `an amount out of range is refused`(keys: String, key: String, text: String) throws {
    try check(keys, key, text)
  }

  @Test(arguments: [
    ("arguments: {allow: ['{int']}", "arguments.allow[0]", "never closed"),
    ("arguments: {allow: [['-i', '{nit}']]}", "arguments.allow[0][1]", "no such placeholder"),
    ("arguments: {allow: [[]]}", "arguments.allow[0]", "from 1 to 16"),
    ("arguments: {allow: [1]}", "arguments.allow[0]", "a pattern or a list"),
    ("arguments: {allow: 'a'}", "arguments.allow", "a list"),
    ("arguments: {deny: ['a', '\\\\']}", "arguments.deny[1]", "at byte 0"),
    ("arguments: {first: ['a\\0']}", "arguments.first[0]", "NUL"),
    ("arguments: {allow: ['-y'], deny: ['-*']}", "arguments.allow[0]", "can never be given"),
    ("arguments: {allow: [['-a', 'b']], deny: ['b']}", "arguments.allow[0][1]", "never be given"),
    ("arguments: {allow: [['a', 'b']], count: 1}", "arguments.count", "less than the 2"),
  ])
  func `argument rules that cannot hold are refused`(
    keys: String, key: String, text: String
  ) throws {
    try check(keys, key, text)
  }

  @Test(arguments: [
    "write: ['/srv/a/b'], read: ['/srv/a']", "write: ['/srv/tmp/x']", "read: ['/etc/fonts']",
    "write: ['/var/lib/media']", "network: 'loopback'", "profile: 'network', network: 'loopback'",
    "memory: '1G', swap: '1G'", "calls: {only: ['read', 'write']}", "cpus: 2, processors: [0, 1]",
    "environment: {fixed: {LD_PRELOAD: '/usr/lib/x.so'}}", "capabilities: []", "running: 256",
    "calls: {only: ['io_submit'], groups: ['asynchronous-files']}",
    "network: 'all', without: ['network-namespace', 'landlock-network']",
    "devices: ['/dev/dri/renderD128', '/dev/nvidia0', '/dev/media0', '/dev/snd/timer']",
  ])
  func `what only looks like a contradiction is taken`(keys: String) {
    let refusal = ConfigurationFixture.refusal("{entries: {a: {path: '/bin/a', \(keys)}}}")
    #expect(refusal == nil, "\(String(describing: refusal))")
  }

  @Test func `jobs cannot write where their executable is`() throws {
    let refusal = try #require(
      ConfigurationFixture.refusal("{entries: {a: {path: '/opt/a/bin/x', write: ['/opt/a']}}}"))
    #expect(refusal.problems.map(\.text).joined().contains("replace the executable"))
  }

  private func check(_ keys: String, _ key: String, _ text: String) throws {
    let refusal = try #require(
      ConfigurationFixture.refusal("{entries: {a: {path: '/bin/a',\n  \(keys)}}}"),
      "\(keys) was taken")
    let problem = try #require(
      refusal.problems.first { $0.key == "entries.a.\(key)" || $0.key == key },
      "\(keys): \(refusal.problems)")
    #expect(problem.text.contains(text), "\(problem)")
    #expect(problem.text.hasSuffix(".") || problem.text.hasSuffix("?"), "\(problem)")
    #expect(problem.position?.line == 2 && problem.position.map { $0.column > 2 } == true)
  }
}
