extension CompiledArgumentRules {
  /// Whether any argument can be a result.
  package var hasOutputs: Bool { allow.contains { $0.contains(where: \.isOutput) } }

  /// The results among arguments that `check` admits, in their order. Where several rows of
  /// sequences fit, that counts by which each place was reached first.
  package func outputs(
    of arguments: ArgumentList, in folders: ArgumentFolders
  ) -> [ArgumentOutput] {
    guard hasOutputs else { return [] }
    let slices = arguments.slices
    var reached = [[ArgumentPattern]?](repeating: nil, count: slices.count + 1)
    reached[0] = []
    for start in slices.indices where reached[start] != nil {
      for sequence in allow {
        let end = start + sequence.count
        guard end <= slices.count, reached[end] == nil,
          zip(sequence, slices[start..<end]).allSatisfy({ $0.matches(bytes: $1, in: folders) })
        else { continue }
        reached[end] = sequence
      }
    }
    var outputs: [ArgumentOutput] = []
    var end = slices.count
    while end > 0, let sequence = reached[end] {
      end -= sequence.count
      for (offset, pattern) in sequence.enumerated() {
        let index = end + offset
        if let output = pattern.output(of: slices[index], at: index, in: folders) {
          outputs.append(output)
        }
      }
    }
    return outputs.sorted { $0.index < $1.index }
  }
}
