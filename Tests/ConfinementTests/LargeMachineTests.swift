import TestSupport
import Testing

/// What the defaults leave to programs that take a thread for each processor of a large machine.
struct LargeMachineTests {
  /// As many threads as x264 takes on 64 processors, all opened before the first picture.
  private static let encode = [
    "/usr/bin/ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=3840x2160",
    "-frames:v", "1", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast",
    "-threads", "96", "-f", "null", "-",
  ]

  @Test func `x264 at 4K starts by default as it does on 64 processors`() throws {
    let job = try ToolRun().run("exec", [], Self.encode)
    #expect(job.ending == .exited(0), "\(job.stderr)")
    // The twin: the bound that was the default once.
    let bounded = try ToolRun().run("exec", ["--limit-data", "4G"], Self.encode)
    #expect(bounded.ending != .exited(0) && bounded.stderr.contains("malloc"), "\(bounded.stderr)")
  }
}
