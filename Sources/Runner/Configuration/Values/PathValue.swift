/// Paths on the command line: absolute, and in the one spelling that names them.
package enum PathValue {
  /// Linux takes paths of 4095 bytes and the NUL.
  private static let pathBytesMax = 4095
  /// More entries are more likely a slip than a wish.
  private static let countMax = 1024

  /// A whitelist. Clients must name an entry letter for letter, so each has exactly one spelling.
  ///
  /// - Throws: `ValueError` for more than 1024 paths, for an empty one among several, for one that
  ///   occurs twice, and for what `parse` refuses.
  package static func list(_ text: String) throws(ValueError) -> [String] {
    let paths = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    guard paths.count <= countMax else {
      throw ValueError("It holds \(paths.count) paths; at most \(countMax) fit.")
    }
    var seen: Set<String> = []
    for path in paths {
      if paths.count > 1, path.isEmpty {
        throw ValueError("It has an empty entry: a comma too many, or a space where none belongs.")
      }
      if path.first == " " || path.last == " " {
        throw ValueError(
          "There is a space beside a comma or an end; paths are joined by commas only.")
      }
      _ = try parse(path)
      guard seen.insert(path).inserted else { throw ValueError("It has \(path) twice.") }
    }
    return paths
  }

  /// Checks a path: absolute, at most 4095 bytes, and without a part that is empty, `.` or `..`.
  ///
  /// - Returns: `path`, unchanged.
  /// - Throws: `ValueError` for any other path.
  package static func parse(_ path: String) throws(ValueError) -> String {
    guard !path.isEmpty else { throw ValueError("It is empty; it needs an absolute path.") }
    guard path.utf8.first == UInt8(ascii: "/") else {
      throw ValueError("`\(path)` is not absolute; it must begin with a slash.")
    }
    guard path.utf8.count <= pathBytesMax else {
      throw ValueError("It is \(path.utf8.count) bytes long; at most \(pathBytesMax) fit.")
    }
    let parts = path.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isNormal = parts.allSatisfy { part in
      !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
    guard isNormal else {
      throw ValueError("`\(path)` has a part that is empty, `.` or `..`; write it without.")
    }
    return path
  }
}
