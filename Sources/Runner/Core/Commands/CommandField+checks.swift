/// Values of fields, held against what their fields take.
extension CommandField {
  /// Why a value does not do: a sentence; nil where it does.
  ///
  /// - Parameter folders: of the entry.
  package func problem(with value: CommandValue, in folders: CommandFolders) -> String? {
    switch (kind, value) {
    case (.path(let isWritten, let endings), .text(let path)):
      pathProblem(path, isWritten ? folders.write : folders.read + folders.write, endings)
    case (.output(let endings), .text(let path)): pathProblem(path, folders.write, endings)
    case (.integer(let range), .integer(let number)):
      range.contains(number)
        ? nil : "It must be from \(range.lowerBound) to \(range.upperBound)."
    case (.number(let range), .integer(let number)): Self.problem(Double(number), range)
    case (.number(let range), .decimal(let number)): Self.problem(number, range)
    case (.choice(let choices), .text(let text)):
      choices.contains { $0.value == text }
        ? nil : "It must be one of \(choices.map(\.value).joined(separator: ", "))."
    case (.flag, .flag): nil
    case (.text(let bytes, let characters), .text(let text)):
      Self.problem(text, bytes, characters)
    default: "It must be \(wanted)."
    }
  }

  private var wanted: String {
    switch kind {
    case .integer: "a whole number"
    case .number: "a number"
    case .flag: "true or false"
    case .path, .output, .choice, .text: "a string"
    }
  }

  private static func problem(_ number: Double, _ range: ClosedRange<Double>) -> String? {
    guard number.isFinite, range.contains(number) else {
      let bounds = [range.lowerBound, range.upperBound].map { CommandValue(number: $0).argument }
      return "It must be from \(bounds[0]) to \(bounds[1])."
    }
    return nil
  }

  private static func problem(
    _ text: String, _ bytes: ClosedRange<Int>, _ characters: CharacterRanges?
  ) -> String? {
    guard bytes.contains(text.utf8.count) else {
      return "It must have from \(bytes.lowerBound) to \(bytes.upperBound) bytes."
    }
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return "It has a control character."
    }
    guard characters?.admits(text) ?? true else {
      return "It has a character that this field does not take."
    }
    return nil
  }

  private func pathProblem(_ path: String, _ folders: [String], _ endings: [String]) -> String? {
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= Self.pathBytesMax else {
      return "It must be an absolute path of at most \(Self.pathBytesMax) bytes."
    }
    guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      return "It has a control character."
    }
    let parts = path.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard
      parts.allSatisfy({ part in
        !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
      })
    else { return "It has a part that is empty, `.` or `..`." }
    guard folders.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) else {
      return folders.isEmpty
        ? "The entry has no folder for it."
        : "It must be in \(folders.joined(separator: " or "))."
    }
    guard endings.isEmpty || endings.contains(where: path.hasSuffix) else {
      return "It must end in \(endings.joined(separator: " or "))."
    }
    return nil
  }
}
