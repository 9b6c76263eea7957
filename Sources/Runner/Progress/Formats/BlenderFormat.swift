/// Blender: `Fra:2 Mem:9.90M … | Sample 0/32`. Which frames there are is known from `-f`, and from
/// `-s` and `-e` with `-a`.
struct BlenderFormat: ProgressFormat {
  let sources = [ProgressSource.stdout]
  private let frames: ClosedRange<Double>?

  init(arguments: [String]) {
    if let frame = arguments.number(behind: ["-f", "--render-frame"]) {
      frames = frame...frame
    } else if let first = arguments.number(behind: ["-s", "--frame-start"]),
      let last = arguments.number(behind: ["-e", "--frame-end"]), first <= last
    {
      frames = first...last
    } else {
      frames = nil
    }
  }

  func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    var line = line
    guard line.skip("Fra:"), let frame = line.integer() else { return nil }
    var sample = ProgressSample(frame: frame, stage: "frame \(frame)")
    guard line.seek("| Sample "), let done = line.number(), line.skip("/"), let frames,
      frames.contains(Double(frame)),
      let part = ProgressSample.share(done, of: line.number())
    else { return sample }
    let count = frames.upperBound - frames.lowerBound + 1
    sample.fraction = (Double(frame) - frames.lowerBound + part) / count
    return sample
  }
}
