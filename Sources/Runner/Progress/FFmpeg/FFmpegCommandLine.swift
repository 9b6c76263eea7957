/// What the arguments of ffmpeg say of the length of its output.
struct FFmpegCommandLine: Hashable, Sendable {
  /// Options in front of one input or output, as far as they bear on its length.
  struct File: Hashable, Sendable {
    var name = ""
    var start: Double?
    var startFromEnd: Double?
    var length: Double?
    var end: Double?
    /// How often the input is read; nil for ever.
    var readCount: Double? = 1
    var copies = false
    /// Whether an option makes the length of it, or what it says of it, anyone's guess.
    var isUnpredictable = false
    var hasRate = false
  }

  private(set) var inputs: [File] = []
  private(set) var outputs: [File] = []
  /// Whether `-progress` goes to standard output.
  private(set) var reportsToStdout = false
  private var current = File()

  /// Options without a value (ffmpeg(1)).
  private static let flags: Set<String> = [
    "y", "n", "hide_banner", "nostdin", "stdin", "stats", "nostats", "re", "vn", "an", "sn", "dn",
    "copyts", "start_at_zero", "shortest", "accurate_seek", "noaccurate_seek", "xerror",
    "autorotate", "noautorotate", "autoscale", "noautoscale", "benchmark", "benchmark_all", "dump",
    "hex", "ignore_unknown", "copy_unknown", "copyinkf", "report", "qphist", "vstats", "debug_ts",
    "find_stream_info", "nofind_stream_info", "recast_media", "fix_sub_duration", "bitexact",
  ]
  private static let unpredictable: Set<String> = [
    "itsoffset", "itsscale", "frames", "vframes", "aframes", "dframes", "fs", "filter_script",
    "filter_complex_script", "copyts", "timelimit", "output_ts_offset", "/filter",
    "/filter_complex",
  ]
  private static let filters: Set<String> = [
    "vf", "af", "filter", "filter_complex", "lavfi",
  ]

  /// Reads the arguments behind the program's name.
  init(_ arguments: [String]) {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      guard argument.count > 1, argument.hasPrefix("-") else {
        current.name = argument
        outputs.append(current)
        current = File()
        continue
      }
      let option = String(argument.dropFirst())
      let hasValue = index < arguments.count && Self.takesValue(option, arguments[index])
      set(option, hasValue ? arguments[index] : "")
      if hasValue { index += 1 }
    }
  }

  /// An option that is not known has a value, unless another option stands where it would be.
  private static func takesValue(_ option: String, _ next: String) -> Bool {
    if flags.contains(option) { return false }
    if option == "i" { return true }
    let second = next.dropFirst().first
    return !(next.hasPrefix("-") && second?.isLetter == true)
  }

  private mutating func set(_ option: String, _ value: String) {
    // `-c:v`, `-filter:a:0`: the part behind the colon chooses streams.
    let name = option.split(separator: ":").first.map(String.init) ?? option
    switch name {
    case "i":
      current.name = value
      inputs.append(current)
      current = File()
    case "progress": reportsToStdout = ["-", "pipe:1", "pipe:", "/dev/stdout"].contains(value)
    case "ss": setTime(\.start, value)
    case "sseof": setTime(\.startFromEnd, value.hasPrefix("-") ? String(value.dropFirst()) : "")
    case "t": setTime(\.length, value)
    case "to": setTime(\.end, value)
    case "stream_loop": current.readCount = Double(finite: value).flatMap { $0 < 0 ? nil : $0 + 1 }
    case "loop": if value != "0" { current.readCount = nil }
    case "r": current.hasRate = true
    case "c", "codec", "vcodec", "acodec": if value == "copy" { current.copies = true }
    case _ where Self.filters.contains(name):
      if !FFmpegFilters.keepDuration(value) { current.isUnpredictable = true }
    case _ where Self.unpredictable.contains(name): current.isUnpredictable = true
    default: break
    }
  }

  private mutating func setTime(_ key: WritableKeyPath<File, Double?>, _ value: String) {
    guard let seconds = FFmpegTime.seconds(value) else {
      current.isUnpredictable = true
      return
    }
    current[keyPath: key] = seconds
  }
}
