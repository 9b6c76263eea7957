/// Arguments of this process as the bytes that they are: names of files need not be UTF-8.
///
/// SAFETY: `unsafeArgv` holds `argc` C strings, which live as long as the process and which no code
/// of it changes.
enum ProgramArguments {
  /// The last `count` of them.
  static func last(_ count: Int) -> [[UInt8]] {
    let total = Int(CommandLine.argc)
    return (max(0, total - count)..<total).compactMap { index in
      guard let text = unsafe CommandLine.unsafeArgv[index] else { return nil }
      var bytes: [UInt8] = []
      var position = 0
      while unsafe text[position] != 0 {
        bytes.append(UInt8(bitPattern: unsafe text[position]))
        position += 1
      }
      return bytes
    }
  }

  /// All but the name of the program.
  static var all: [[UInt8]] { last(Int(CommandLine.argc) - 1) }
}
