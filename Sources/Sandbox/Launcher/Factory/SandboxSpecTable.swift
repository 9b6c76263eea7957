/// Specs that the factory knows, by index, each with the entry that introduced it.
struct SandboxSpecTable {
  private(set) var specs: [SandboxSpec?] = []
  private(set) var owners: [String] = []

  var count: Int { specs.count }

  /// The index of a spec that is known, or a new one.
  mutating func index(of spec: SandboxSpec, for owner: String) -> Int {
    if let known = specs.firstIndex(of: spec) { return known }
    specs.append(spec)
    owners.append(owner)
    return specs.count - 1
  }

  mutating func retire(_ index: Int) { specs[index] = nil }
}
