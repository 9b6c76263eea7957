import TextFormats

/// The calls of jobs, found by their arguments.
extension CommandTable {
  /// Bytes of all arguments that are searched for together: what one step does grows with them.
  package static let searchedBytesMax = 16 << 10

  /// Whether jobs of the entry can be calls of a command.
  package func hasCommands(_ entry: String) -> Bool { !commands(of: entry).isEmpty }

  /// The call of a command of the entry that makes these arguments, an object of JSON that can be
  /// submitted as it is: the command's name and the values of its fields. Empty where none makes
  /// them, where the arguments are longer than `searchedBytesMax`, and where the search takes more
  /// steps than one document is worth.
  package func callJSON(of entry: String, making arguments: [String]) -> [UInt8] {
    let commands = commands(of: entry)
    guard !commands.isEmpty,
      arguments.reduce(0, { $0 + $1.utf8.count }) <= Self.searchedBytesMax
    else { return [] }
    var steps = CommandSearch.stepsMax
    for command in commands {
      guard let values = CommandSearch.values(by: command, making: arguments, within: &steps)
      else {
        continue
      }
      var writer = JSONWriter()
      writer.beginObject()
      writer.key("command")
      writer.string(command.name)
      for field in command.fields {
        guard let value = values[field.name] else { continue }
        writer.key(field.name)
        value.write(to: &writer)
      }
      writer.endObject()
      return writer.bytes
    }
    return []
  }
}
