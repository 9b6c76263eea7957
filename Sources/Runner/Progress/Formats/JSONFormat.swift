internal import TextFormats

/// Objects of JSON, one a line: of programs that were written for it, with the names that the
/// job's document has, and of restic.
struct JSONFormat: ProgressFormat {
  /// The members that a line may have.
  enum Dialect: Sendable {
    /// `fraction`, `percent`, `speed`, `fps`, `frame`, `outputSeconds`, `outputBytes`, `stage`.
    case document
    /// `message_type` is `status`, and `percent_done` goes from 0 to 1 (restic).
    case restic
  }

  let sources: [ProgressSource]
  let dialect: Dialect

  func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    guard line.next == UInt8(ascii: "{"), let members = Self.members(of: line.rest) else {
      return dialect == .restic ? Self.status(line) : nil
    }
    return dialect == .restic ? Self.status(members) : Self.document(members)
  }

  private static func members(of line: ArraySlice<UInt8>) -> [String: JSONNode.Content]? {
    do throws(JSONSyntaxError) {
      guard case .object(let members) = try JSONReader.read(Array(line), as: .json).content else {
        return nil
      }
      return Dictionary(members.map { ($0.key, $0.value.content) }) { first, _ in first }
    } catch {
      return nil
    }
  }

  private static func document(_ members: [String: JSONNode.Content]) -> ProgressSample? {
    var sample = ProgressSample()
    let percent = LineScanner.fraction(ofPercent: members["percent"]?.decimal)
    sample.fraction = members["fraction"]?.decimal.flatMap { (0...1).contains($0) ? $0 : nil }
    sample.fraction = sample.fraction ?? percent
    sample.speed = members["speed"]?.decimal
    sample.fps = members["fps"]?.decimal
    sample.frame = members["frame"]?.unsigned
    sample.outputSeconds = members["outputSeconds"]?.decimal
    sample.outputBytes = members["outputBytes"]?.unsigned
    sample.stage = members["stage"]?.text
    return sample == ProgressSample() ? nil : sample
  }

  private static func status(_ members: [String: JSONNode.Content]) -> ProgressSample? {
    guard members["message_type"]?.text == "status" else { return nil }
    let done = members["percent_done"]?.decimal
    return ProgressSample(fraction: done.flatMap { (0...1).contains($0) ? $0 : nil })
  }

  /// `[0:01] 48.13%  1 files 285.225 MiB, …` (RESTIC_PROGRESS_FPS).
  private static func status(_ line: LineScanner) -> ProgressSample? {
    var line = line
    guard line.skip("["), line.clock() != nil, line.skip("] ") else { return nil }
    let fraction = LineScanner.fraction(ofPercent: line.number())
    guard line.skip("%") else { return nil }
    return ProgressSample(fraction: fraction)
  }
}

extension JSONNode.Content {
  fileprivate var decimal: Double? {
    if case .number(let number) = self { number.decimal } else { nil }
  }

  fileprivate var unsigned: UInt64? {
    if case .number(let number) = self { number.unsigned } else { nil }
  }

  fileprivate var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}
