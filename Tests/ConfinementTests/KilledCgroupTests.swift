import Glibc
import TestSupport
import Testing

/// The cgroup that the service starts in was killed once (cgroup.kill).
struct KilledCgroupTests {
  /// Starts `exec` in a cgroup of its own, killed before or not, and removes that as soon as the
  /// last process has left it.
  private static func run(isKilled: Bool) throws -> CommandRun {
    let tool = try ToolRun()
    let script = """
      mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
      group=$mount/http-runner-test-$$
      own=$mount$(sed -n 's/^0:://p' /proc/self/cgroup)
      mkdir "$group" || exit 71
      printf %s "$group" > "$1"
      if [ "$2" = true ]; then echo 1 > "$group/cgroup.kill"; fi
      shift 2
      echo $$ > "$group/cgroup.procs"
      "$@"
      code=$?
      echo $$ > "$own/cgroup.procs"
      exit $code
      """
    let words =
      [tool.folder("group"), "\(isKilled)", try Binaries.runner(), "exec"] + tool.places
      + [try Binaries.launcher(), "--", "/bin/echo", "alive"]
    let run = try CommandRun(
      "/bin/bash", ["-c", script, "bash"] + words, seconds: patienceSeconds * 2)
    let group = try #require(Files.text(of: tool.folder("group")))
    try waiting(until: "nothing to be left in \(group)") { unsafe rmdir(group) == 0 }
    return run
  }

  // Proves P-697.
  @Test(arguments: [true, false])
  func `jobs run where the cgroup of the launcher was killed once, and nothing is left`(
    isKilled: Bool
  ) throws {
    let run = try Self.run(isKilled: isKilled)
    #expect(run.ending == .exited(0) && run.stdout == "alive\n", "\(run.stderr)")
  }
}
