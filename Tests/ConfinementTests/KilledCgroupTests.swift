import TestSupport
import Testing

/// The cgroup that the service starts in was killed once (cgroup.kill).
struct KilledCgroupTests {
  /// Starts `exec` in a cgroup of its own, killed before or not, and removes that.
  private static func run(isKilled: Bool) throws -> CommandRun {
    let tool = try ToolRun()
    let script = """
      mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
      group=$mount/http-runner-test-$$
      own=$mount$(sed -n 's/^0:://p' /proc/self/cgroup)
      mkdir "$group" || exit 71
      if [ "$1" = true ]; then echo 1 > "$group/cgroup.kill"; fi
      shift
      echo $$ > "$group/cgroup.procs"
      "$@"
      code=$?
      echo $$ > "$own/cgroup.procs"
      rmdir "$group" || exit 72
      exit $code
      """
    let words =
      ["\(isKilled)", try Binaries.runner(), "exec"] + tool.places
      + [try Binaries.launcher(), "--", "/bin/echo", "alive"]
    return try CommandRun(
      "/bin/bash", ["-c", script, "bash"] + words, seconds: patienceSeconds * 2)
  }

  @Test(arguments: [true, false])
  func `jobs run where the cgroup of the launcher was killed once, and nothing is left`(
    isKilled: Bool
  ) throws {
    let run = try Self.run(isKilled: isKilled)
    #expect(run.ending == .exited(0) && run.stdout == "alive\n", "\(run.stderr)")
  }
}
