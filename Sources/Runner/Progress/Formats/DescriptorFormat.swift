/// What scripts of one's own write to the descriptor of progress: a line of JSON as `JSONFormat`
/// has it, or a percentage, with its sign or without.
struct DescriptorFormat: ProgressFormat {
  let sources = [ProgressSource.descriptor]
  private let json = JSONFormat(sources: [.descriptor], dialect: .document)

  func sample(in line: LineScanner, of source: ProgressSource) -> ProgressSample? {
    if let sample = json.sample(in: line, of: source) { return sample }
    var bare = line
    bare.skipSpaces()
    if let percent = bare.number() {
      bare.skipSpaces()
      if bare.next == nil {
        return LineScanner.fraction(ofPercent: percent).map { ProgressSample(fraction: $0) }
      }
    }
    return line.lastPercent().map { ProgressSample(fraction: $0) }
  }
}
