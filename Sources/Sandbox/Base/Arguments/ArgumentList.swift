internal import SharedBounds

/// A program's arguments as one block, each with the NUL that ends it: what execve(2) points into.
package struct ArgumentList: Hashable, Sendable {
  /// All bytes together; `count` of them are NUL and the last is.
  package let block: [UInt8]
  /// Number of arguments, at most `countMax`.
  package let count: Int

  /// Bytes of all arguments at most, with their NULs.
  package static let bytesMax = ArgumentBounds.bytesMax
  /// Arguments of one list at most.
  package static let countMax = ArgumentBounds.countMax

  /// Packs arguments; nil when one holds a NUL, or they exceed `countMax` or `bytesMax`.
  package init?(_ arguments: [String]) {
    var block: [UInt8] = []
    for argument in arguments {
      guard !argument.utf8.contains(0) else { return nil }
      block.append(contentsOf: argument.utf8)
      block.append(0)
    }
    self.init(block: block, count: arguments.count)
  }

  /// Packs arguments that need not be UTF-8, like the initializer for texts.
  package init?(bytes arguments: [[UInt8]]) {
    guard !arguments.contains(where: { $0.contains(0) }) else { return nil }
    self.init(
      block: arguments.reduce(into: []) { block, argument in
        block += argument
        block.append(0)
      }, count: arguments.count)
  }

  /// One by one, without their NULs: slices of the block, so that no byte is copied.
  package var slices: [ArraySlice<UInt8>] {
    block.split(separator: 0, omittingEmptySubsequences: false).dropLast()
  }

  /// Nil when the block is not `count` strings.
  package init?(block: [UInt8], count: Int) {
    guard count <= Self.countMax, block.count <= Self.bytesMax,
      block.last ?? 0 == 0, block.count(where: { $0 == 0 }) == count
    else { return nil }
    self.block = block
    self.count = count
  }
}
