import TestSupport
import Testing

/// A program that takes all it can get of one thing while another job works beside it.
struct Hog: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The probe's check and its arguments.
  let words: [String]

  static let all = [
    Hog(testDescription: "fork bomb", words: ["bomb"]),
    Hog(testDescription: "memory hog", words: ["again", "touch-memory", "\(1 << 40)"]),
    Hog(testDescription: "disk filler", words: ["again", "fill", ".", "\(1 << 40)"]),
    Hog(testDescription: "inode filler", words: ["again", "inodes", ".", "1000000"]),
    Hog(testDescription: "output flood", words: ["flood"]),
    Hog(testDescription: "descriptor hoarder", words: ["again", "open-many", "1000000"]),
  ]
}
