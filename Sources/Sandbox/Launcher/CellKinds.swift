/// The kinds of cells that the preparer knows, by their numbers, and whose they are.
struct CellKinds {
  private(set) var kinds: [CellKind?] = []
  private(set) var owners: [String] = []

  var count: Int { kinds.count }

  /// The number of a kind that is known, or a new one.
  mutating func number(of kind: CellKind, for owner: String) -> Int {
    if let known = kinds.firstIndex(of: kind) { return known }
    kinds.append(kind)
    owners.append(owner)
    return kinds.count - 1
  }

  mutating func forget(_ number: Int) { kinds[number] = nil }
}
