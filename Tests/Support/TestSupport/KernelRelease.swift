/// The release of the running kernel: what tells a promise that it does not make from one that it
/// breaks.
package enum KernelRelease {
  /// Whether it is that version or a later one.
  package static func isAtLeast(_ major: Int, _ minor: Int) throws -> Bool {
    let path = "/proc/sys/kernel/osrelease"
    let text = Files.text(of: path) ?? ""
    let numbers = text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard numbers.count == 2 else { throw TestFailure("no release in \(path): '\(text)'") }
    return !numbers.lexicographicallyPrecedes([major, minor])
  }
}
