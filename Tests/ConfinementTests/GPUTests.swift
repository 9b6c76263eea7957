import TestSupport
import Testing

/// `gpu: "vaapi"` on a host with a GPU that is made of files (Tests/GPU/host.sh): what libdrm finds
/// in a job, and what a job sees of /sys.
struct GPUTests {
  private static let script =
    #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/GPU/host.sh"
  private static let node = "/dev/dri/renderD128"

  /// Runs Tests/GPU/seen.py there by `exec` with these options.
  private func seen(_ options: [String]) throws -> CommandRun {
    let tool = try ToolRun()
    let probe = ["/usr/bin/python3", "-c", RepositoryFile.text("Tests/GPU/seen.py")]
    let exec =
      [try Binaries.runner(), "exec"] + options + tool.places + [try Binaries.launcher(), "--"]
    let host = ["--mount", "--propagation", "private", Self.script, tool.folder("sys")]
    return try CommandRun("/usr/bin/unshare", host + exec + probe, seconds: patienceSeconds * 2)
  }

  private func lines(_ run: CommandRun, _ name: String) -> [String] {
    run.stdout.split(separator: "\n").filter { $0.hasPrefix("\(name):") }
      .map { String($0.dropFirst(name.count + 2)) }
  }

  // Proves P-610.
  @Test func `libdrm finds the render node, and nothing else of the host's sys is there`() throws {
    let run = try seen(["--gpu", "vaapi"])
    #expect(run.ending == .exited(0), "\(run.stderr)")
    #expect(lines(run, "device") == ["0000:00:02.0 8086:46a6 17aa:0001 12 \(Self.node)"])
    // The made-up node has no driver behind it: a refusal would be another error.
    #expect(["ENXIO", "ENODEV", "opens"].contains(lines(run, "open").first), "\(run.stdout)")
    #expect(lines(run, "dri") == ["renderD128"])
    let device = "/sys/devices/pci0000:00/0000:00:02.0"
    let ofDevice = [
      "class", "device", "revision", "subsystem", "subsystem_device", "subsystem_vendor", "uevent",
      "vendor",
    ].map { "\(device)/\($0)" }
    let ofNode = ["dev", "device", "subsystem", "uevent"].map { "\(device)/drm/renderD128/\($0)" }
    let links = [
      "/sys/bus/pci/devices/0000:00:02.0", "/sys/class/drm/renderD128", "/sys/dev/char/226:128",
    ]
    #expect(lines(run, "sys") == (ofDevice + ofNode + links).sorted(), "\(run.stdout)")
  }

  // Twin of P-610.
  @Test(arguments: [[], ["--device", node]])
  func `without gpu libdrm finds nothing, with the node alone neither`(options: [String]) throws {
    let run = try seen(options)
    #expect(run.ending == .exited(0), "\(run.stderr)")
    #expect(lines(run, "device").isEmpty && lines(run, "sys").isEmpty, "\(run.stdout)")
    #expect(lines(run, "dri") == (options.isEmpty ? [""] : ["renderD128"]))
    #expect(options.isEmpty == (lines(run, "open") == ["ENOENT"]), "\(run.stdout)")
  }

  @Test func `a host without such hardware is told so before anything runs`() throws {
    let run = try seen(["--gpu", "nvidia"])
    #expect(run.ending == .exited(78) && run.stdout.isEmpty)
    #expect(run.stderr.contains("/dev/nvidiactl"), "\(run.stderr)")
    #expect(run.stderr.contains("doctor --gpu"))
  }
}
