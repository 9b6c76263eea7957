/// The variables that this process was started with.
package enum Environment {
  package static subscript(_ name: String) -> String? { all[name] }

  /// Read from /proc rather than through a pointer that any thread may change.
  private static let all: [String: String] = {
    let bytes = Files.bytes(of: "/proc/self/environ") ?? []
    let pairs = bytes.split(separator: 0).compactMap { entry -> (String, String)? in
      let parts = String(decoding: entry, as: UTF8.self).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }()
}
