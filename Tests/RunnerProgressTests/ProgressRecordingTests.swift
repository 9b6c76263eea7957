import Foundation
import Testing

@testable import RunnerProgress

/// Runs of ffmpeg 5.1 and 9.0, as Tests/Recordings/record_progress.py recorded them: piece by
/// piece, each at the processor time of ffmpeg when it came.
struct ProgressRecordingTests {
  /// One recorded run.
  private struct Recording: Decodable {
    /// A piece of what ffmpeg wrote.
    struct Piece: Decodable {
      let seconds: Double
      let source: ProgressSource
      let text: String

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        seconds = try container.decode(Double.self)
        source = try container.decode(String.self) == "stderr" ? .stderr : .descriptor
        text = try container.decode(String.self)
      }
    }

    let arguments: [String]
    let code: Int
    let seconds: Double
    let pieces: [Piece]
  }

  private static let folder =
    #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Recordings/progress"

  private static func recording(_ name: String) throws -> Recording {
    let file = URL(filePath: "\(folder)/ffmpeg-\(name).json")
    return try JSONDecoder().decode(Recording.self, from: Data(contentsOf: file))
  }

  /// The fractions of a replayed run at a quarter, half and three quarters of its time, and its
  /// tracker at the end.
  private static func replay(
    _ recording: Recording, _ sources: Set<ProgressSource>
  ) -> (shares: [Double?], tracker: ProgressTracker) {
    var tracker = ProgressTracker(.ffmpeg, arguments: recording.arguments, at: 0)
    var shares: [Double?] = []
    for piece in recording.pieces where sources.contains(piece.source) {
      while piece.seconds > recording.seconds * Double(shares.count + 1) / 4 {
        shares.append(tracker.progress.fraction)
      }
      let before = tracker.progress.fraction ?? 0
      tracker.read(
        Array(piece.text.utf8)[...], of: piece.source, at: Int64(piece.seconds * 1_000_000))
      #expect(tracker.progress.fraction ?? 0 >= before)
    }
    while shares.count < 3 { shares.append(tracker.progress.fraction) }
    tracker.finish(isSuccess: recording.code == 0, at: Int64(recording.seconds * 1_000_000))
    return (Array(shares.prefix(3)), tracker)
  }

  // Proves P-385.
  @Test(
    arguments: ["x264", "x265", "svt-av1", "pass-1", "pass-2", "cut", "rate", "audio", "hls"],
    ["5.1", "9.0"])
  func `the bar of a real encode is right within 5 percent`(run: String, version: String) throws {
    let recording = try Self.recording("\(version)-\(run)")
    #expect(recording.code == 0)
    for sources: Set<ProgressSource> in [[.stderr], [.stderr, .descriptor]] {
      let (shares, tracker) = Self.replay(recording, sources)
      for (share, quarter) in zip(shares, [0.25, 0.5, 0.75]) {
        #expect(abs((share ?? 0) - quarter) <= 0.05, "at \(quarter) of \(sources)")
      }
      #expect(tracker.progress.fraction == 1 && !tracker.isShort)
    }
  }
}
