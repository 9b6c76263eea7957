internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import TextFormats

/// The operator's log: lines on standard error, each in one write, so that lines of several
/// threads and of the launcher never mix.
///
/// As text a line has the level and the sentence; as JSON it is one object with the time, the
/// level, the name of the event, the sentence and the fields. Where standard error is the journal
/// (`JOURNAL_STREAM`, systemd.exec(5)), each line begins with its priority (sd-daemon(3)).
struct ServiceLog: Logger {
  /// How a line is written.
  enum Format: String, Sendable, CaseIterable {
    case text, json
  }

  private let format: Format
  /// Events below it are left out.
  private let levelMin: LogLevel
  private let hasPriority: Bool
  private let file: CInt

  /// A log as `settings` have it, on standard error.
  init(_ settings: ServiceSettings = ServiceSettings()) {
    self.init(
      format: Format(rawValue: settings.logFormat) ?? .text,
      levelMin: LogLevel(rawValue: settings.logLevel) ?? .info,
      hasPriority: Self.isJournal(STDERR_FILENO), file: STDERR_FILENO)
  }

  /// A log on standard error of a program that a service starts.
  init(_ format: LogFormat) {
    self.init(
      format: format.isJSON ? .json : .text,
      levelMin: [LogLevel.info, .warning].first { format.writes($0.rawValue) } ?? .error,
      hasPriority: format.hasPriority, file: STDERR_FILENO)
  }

  /// How programs that this one starts write theirs.
  var launcherFormat: LogFormat {
    LogFormat("\(format.rawValue)\(hasPriority ? ",journal" : ""),\(levelMin.rawValue)")
  }

  init(format: Format, levelMin: LogLevel, hasPriority: Bool, file: CInt) {
    self.format = format
    self.levelMin = levelMin
    self.hasPriority = hasPriority
    self.file = file
  }

  func log(_ event: LogEvent) {
    guard event.level.severity >= levelMin.severity else { return }
    var line = hasPriority ? Array("<\(event.level.priority)>".utf8) : []
    switch format {
    case .text:
      line += LogLine.bytes(
        program: "http-runner", level: event.level.rawValue, sentence: event.sentence)
    case .json:
      line += LogRecord.bytes(event, at: .systemNow())
    }
    // A failed write to the log cannot be reported.
    // SAFETY: write(2) reads the bytes of the array, which is not empty.
    _ = unsafe line.withUnsafeBytes { unsafe write(file, $0.baseAddress!, $0.count) }
  }

  /// Whether a descriptor is the stream to the journal that `JOURNAL_STREAM` names by device and
  /// inode.
  private static func isJournal(_ file: CInt) -> Bool {
    var status = stat()
    // SAFETY: fstat(2) writes one structure of the type of `status`.
    guard let name = EnvironmentVariable.value(of: "JOURNAL_STREAM"),
      unsafe fstat(file, &status) == 0
    else { return false }
    return name == "\(status.st_dev):\(status.st_ino)"
  }
}

extension LogLevel {
  /// Higher is more severe.
  fileprivate var severity: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    }
  }

  /// Priority of syslog(3).
  fileprivate var priority: Int {
    switch self {
    case .info: 6
    case .warning: 4
    case .error: 3
    }
  }
}
