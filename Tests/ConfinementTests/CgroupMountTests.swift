import TestSupport
import Testing

/// What a job sees of its own cgroup: its limits where controllers are delegated, an empty folder
/// elsewhere, and never anything that it could change.
struct CgroupMountTests {
  private static let script = """
    grep ^0: /proc/self/cgroup
    cd /sys/fs/cgroup && ls | grep -c .
    cat memory.max pids.max 2> /dev/null
    (echo 1 > cgroup.freeze) 2> /dev/null && echo written
    mkdir mine 2> /dev/null && echo made
    exit 0
    """

  private func server(_ entries: String) throws -> RunningServer {
    try RunningServer(whitelist: [], config: "{entries: {\(entries)}}")
  }

  private func isBounded(_ job: FinishedJob) -> Bool {
    (job.document["enforced"]?.array ?? []).contains { $0.string == "cgroup-limits" }
  }

  // Proves P-215.
  @Test func `a job sees the limits of its own cgroup, and can change nothing there`() throws {
    let server = try server(
      "sh: {path: '/usr/bin/dash', memory: '300M', limits: {processes: 77}}")
    let job = try server.run("sh", ["-c", Self.script])
    let lines = job.stdout.split(separator: "\n").map(String.init)
    if isBounded(job) {
      #expect(lines.first == "0::/", "\(job.document)")
      #expect(lines.dropFirst(2) == ["\(300 << 20)", "77"], "\(job.document)")
    } else {
      #expect(lines.dropFirst(lines.count - 1) == ["0"], "\(job.document)")
    }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-215.
  @Test func `where its cgroup namespace is dropped that folder is empty`() throws {
    let server = try server("sh: {path: '/usr/bin/dash', without: ['cgroup-namespace']}")
    let job = try server.run("sh", ["-c", "ls -A /sys/fs/cgroup | wc -l"])
    #expect(job.stdout == "0\n", "\(job.document)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-215.
  @Test func `Java takes its heap from the cgroup, where there is one`() throws {
    let server = try server(
      "java: {path: '/usr/bin/java', memory: '512M', limits: {data: '8G'}}")
    let job = try server.run("java", ["-XX:+PrintFlagsFinal", "-version"])
    let line = job.stdout.split(separator: "\n").first { $0.contains(" MaxHeapSize ") }
    let words = try #require(line, "\(job.document)").split(separator: " ")
    let heapBytes = try #require(words.dropFirst(3).first.flatMap { Int($0) }, "\(words)")
    if isBounded(job) { #expect(heapBytes <= 256 << 20) }
    #expect(try server.stop() == .exited(0))
  }
}
