import SandboxBase
import SandboxClient
import Testing

@testable import RunnerCommand

/// What `doctor --entry` says, and its command line.
struct StopTrialTests {
  private func trial(_ end: LaunchEnd, _ time: Duration?) -> StopTrial {
    StopTrial("ffmpeg", EntryPolicy(path: "/usr/bin/ffmpeg"), workSeconds: 3, end, stopTime: time)
  }

  @Test func `a program that did not run says why`() {
    let found = trial(.lost, nil)
    #expect(found.exitCode == .configurationRefused && found.text.contains("did not run"))
    #expect(found.json.contains(#""outcome": "failed""#))
  }

  @Test func `entry and arguments go together with a file`() throws {
    let options = try DoctorOptions(
      ["--config", "a", "--entry=ffmpeg", "--after", "20", "--json", "--", "-i", "--json"])
    #expect(options.entry == "ffmpeg" && options.workSeconds == 20 && options.isJSON)
    #expect(options.arguments == ["-i", "--json"])
    #expect(try DoctorOptions(["--config", "a", "--entry", "b"]).workSeconds == 3)
    for wrong in [
      ["--entry", "a"], ["--config", "a", "--", "x"], ["--config", "a", "--entry"],
      ["--config", "a", "--entry", "b", "--after", "0"],
      ["--config", "a", "--entry", "b", "--after", "x"],
    ] {
      #expect(throws: OptionError.self, "\(wrong)") { try DoctorOptions(wrong) }
    }
  }
}
