import TextFormats

/// The calls of jobs, found by their arguments.
extension CommandTable {
  /// The call of a command of the entry that makes these arguments, an object of JSON that can be
  /// submitted as it is: the command's name and the values of its fields. Empty where none makes
  /// them.
  package func callJSON(of entry: String, making arguments: [String]) -> [UInt8] {
    for command in commands(of: entry) {
      guard let values = CommandSearch.values(by: command, making: arguments) else {
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
