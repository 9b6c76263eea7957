import Glibc
import RunnerCore
import SandboxBase
import Testing

@testable import RunnerCommand

/// Lines of the log in both forms.
struct ServiceLogTests {
  /// What `body` writes to a log.
  private static func lines(
    _ format: ServiceLog.Format, _ levelMin: LogLevel = .info, hasPriority: Bool = false,
    _ body: (ServiceLog) -> Void
  ) -> String {
    var ends: [CInt] = [-1, -1]
    let answer = unsafe pipe(&ends)
    precondition(answer == 0, "a pipe can be made: \(errno)")
    defer { close(ends[0]) }
    body(ServiceLog(format: format, levelMin: levelMin, hasPriority: hasPriority, file: ends[1]))
    close(ends[1])
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(ends[0], &buffer, buffer.count)
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }

  @Test func `text has the level and the sentence, and no line of a client's`() {
    let text = Self.lines(.text, hasPriority: true) {
      $0.log(.warning, "a.b", "one\nhttp-runner: error: forged", ["job": "x"])
    }
    #expect(text == "<4>http-runner: warning: one http-runner: error: forged\n")
  }

  @Test func `JSON has the event and its fields on one line`() throws {
    let text = Self.lines(.json) {
      $0.log(.error, "a.b", "one\ntwo", ["job": "x\u{1b}", "count": 3])
    }
    #expect(
      text.wholeMatch(
        of: /\{"time":"[0-9T:.\-]+Z","level":"error","event":"a\.b",[^\n]+\}\n/) != nil)
    #expect(text.contains(#""message":"one\ntwo","job":"x\u001b","count":3}"#), "\(text)")
  }

  @Test(arguments: ["text,info", "json,journal,warning", "json,error"])
  func `what the service starts writes as the service does`(text: String) {
    #expect(ServiceLog(LogFormat(text)).launcherFormat.text == text)
  }

  @Test func `what is less severe than the level is left out`() {
    let text = Self.lines(.text, .warning) {
      $0.log(.info, "a.b", "no")
      $0.log(.error, "a.b", "yes")
    }
    #expect(text == "http-runner: error: yes\n")
  }
}
