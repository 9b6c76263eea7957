/// Why the arguments of a request are refused.
package struct ArgumentRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Which argument, from 0; the number of arguments when one is missing at the end.
  package let index: Int
  /// Why it is refused: a sentence without its full stop.
  package let why: String

  /// Characters of an argument that are shown.
  private static let shownMax = 60
  /// Patterns that are shown.
  private static let patternsMax = 8

  init(index: Int, why: String) {
    self.index = index
    self.why = why
  }

  init(index: Int, argument: ArraySlice<UInt8>, why: String) {
    self.init(index: index, why: "`\(Self.shown(argument))`: \(why)")
  }

  /// A refusal that quotes the argument and names the patterns that it could have matched.
  ///
  /// - Parameters:
  ///   - argument: nil when the arguments end too early.
  ///   - wanted: patterns that would have been taken there.
  ///   - reason: why a path among them does not do; nil where it is no path that is wrong.
  package init(index: Int, argument: ArraySlice<UInt8>?, wanted: [String], reason: String? = nil) {
    var seen: Set<String> = []
    let patterns = wanted.filter { seen.insert($0).inserted }
    let more = patterns.count > Self.patternsMax ? ", and others" : ""
    let list = patterns.prefix(Self.patternsMax).map { "`\($0)`" }.joined(separator: ", ") + more
    if let argument {
      let path = reason.map { "; as a path, \($0)" } ?? ""
      self.init(index: index, argument: argument, why: "the entry allows here: \(list)\(path)")
    } else {
      self.init(index: index, why: "the arguments end where the entry wants: \(list)")
    }
  }

  package var description: String { "arguments[\(index)]: \(why)" }

  private static func shown(_ argument: ArraySlice<UInt8>) -> String {
    let text = String(decoding: argument, as: UTF8.self)
    return text.count > shownMax ? text.prefix(shownMax) + "…" : text
  }
}
