internal import RunnerCore
import TextFormats

/// Reads one field of a command.
struct CommandFieldReader {
  static let types = ["path", "output", "integer", "number", "choice", "flag", "text"]
  private static let common = ["type", "title", "description", "optional", "default", "example"]
  private static let accesses = ["read", "write"]
  static let choicesMax = 256
  static let endingsMax = 32
  private static let nameBytesMax = 32

  private let members: [JSON5Member]
  private let key: String

  static func field(
    _ member: JSON5Member, _ key: String, _ problems: inout ProblemList
  ) -> CommandField? {
    guard isName(member.key) else {
      problems.add(
        member.position, key,
        "A name has at most \(nameBytesMax) letters and digits, and begins with a small letter.")
      return nil
    }
    guard !CommandField.reservedNames.contains(member.key) else {
      problems.add(
        member.position, key,
        "`\(member.key)` is a member of every submission or an option of the client. Take another "
          + "name.")
      return nil
    }
    guard case .object(let all) = member.value.content,
      let type = all.first(where: { $0.key == "type" }), case .text(let name) = type.value.content,
      types.contains(name)
    else {
      problems.add(
        member.position, key,
        "It must be an object with a type, one of \(types.joined(separator: ", ")).")
      return nil
    }
    guard
      let members = ObjectReader.members(
        member.value, key, keys: common + extraKeys(of: name), &problems)
    else { return nil }
    return CommandFieldReader(members: members, key: key).field(
      member.key, name, member.position, &problems)
  }

  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= nameBytesMax else { return false }
    return (0x61...0x7a).contains(first)
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
      }
  }

  private static func extraKeys(of type: String) -> [String] {
    switch type {
    case "path": ["access", "endings"]
    case "output": ["endings"]
    case "integer", "number": ["min", "max"]
    case "choice": ["values"]
    case "text": ["characters", "minBytes", "maxBytes"]
    default: []
    }
  }

  private func member(_ name: String) -> JSON5Node? { members.first { $0.key == name }?.value }

  private func field(
    _ name: String, _ type: String, _ position: SourcePosition, _ problems: inout ProblemList
  ) -> CommandField? {
    let kind: CommandField.Kind
    let isOptional: Bool
    do throws(ValueError) {
      kind = try self.kind(type)
      isOptional = try flag("optional")
    } catch {
      problems.add(position, key, error.why)
      return nil
    }
    let field = CommandField(
      name: name, title: CommandReader.text(member("title"), "\(key).title", &problems),
      description: CommandReader.text(member("description"), "\(key).description", &problems),
      kind: kind, isOptional: isOptional, defaultValue: value("default", &problems),
      example: value("example", &problems))
    if isOptional, field.defaultValue != nil {
      problems.add(
        position, "\(key).optional", "With a default it always has a value. Keep one of the two.")
    }
    return field
  }

  private func kind(_ type: String) throws(ValueError) -> CommandField.Kind {
    switch type {
    case "path":
      let access = try text("access") ?? "read"
      guard Self.accesses.contains(access) else {
        throw ValueError("access must be \"read\" or \"write\".")
      }
      return .path(isWritten: access == "write", endings: try endings())
    case "output": return .output(endings: try endings())
    case "integer":
      let all = CommandField.integers
      let first = try integer("min", in: all) ?? all.lowerBound
      let last = try integer("max", in: all) ?? all.upperBound
      guard first <= last else { throw ValueError("min is more than max.") }
      return .integer(first...last)
    case "number":
      let all = CommandField.numbers
      let first = try number("min") ?? all.lowerBound
      let last = try number("max") ?? all.upperBound
      guard all.contains(first), all.contains(last), first <= last else {
        throw ValueError("min and max are numbers within a thousand million, in this order.")
      }
      return .number(first...last)
    case "choice": return .choice(try choices())
    case "text":
      let bytes = 0...CommandField.textBytesMax
      let first = try integer("minBytes", in: bytes) ?? 1
      let last = try integer("maxBytes", in: bytes) ?? 255
      guard first <= last else { throw ValueError("minBytes is more than maxBytes.") }
      return .text(bytes: first...last, characters: try characters())
    default: return .flag
    }
  }

  private func characters() throws(ValueError) -> CharacterRanges? {
    guard let source = try text("characters") else { return nil }
    guard let ranges = CharacterRanges(source) else {
      throw ValueError("characters must be characters and ranges such as \"A-Za-z0-9 _-\".")
    }
    return ranges
  }

  private func choices() throws(ValueError) -> [CommandField.Choice] {
    var choices: [CommandField.Choice] = []
    switch member("values")?.content {
    case .list(let elements)?:
      for element in elements {
        guard case .text(let value) = element.content else {
          throw ValueError("values must be strings.")
        }
        choices.append(CommandField.Choice(value: value, title: nil))
      }
    case .object(let members)?:
      for member in members {
        guard case .text(let title) = member.value.content, !title.isEmpty else {
          throw ValueError("values must be strings and their titles.")
        }
        choices.append(CommandField.Choice(value: member.key, title: title))
      }
    default: throw ValueError("It needs values: a list, or an object of values and titles.")
    }
    let values = choices.map(\.value)
    guard (1...Self.choicesMax).contains(values.count), Set(values).count == values.count else {
      throw ValueError("values has from 1 to \(Self.choicesMax), each once.")
    }
    for value in values
    where value.isEmpty || value.utf8.count > 255
      || value.utf8.first.map(CommandWord.isReserved) == true
      || !value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
    {
      throw ValueError(
        "A value has 1 to 255 bytes on one line, and does not begin with `-` or `@`.")
    }
    return choices
  }

  private func endings() throws(ValueError) -> [String] {
    guard let node = member("endings") else { return [] }
    guard case .list(let elements) = node.content, elements.count <= Self.endingsMax else {
      throw ValueError("endings must be a list of at most \(Self.endingsMax).")
    }
    var endings: [String] = []
    for element in elements {
      guard case .text(let text) = element.content, text.utf8.first == 0x2e,
        text.utf8.count > 1, text.utf8.count <= 24,
        text.utf8.allSatisfy({ byte in
          (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == 0x2e
        })
      else { throw ValueError("An ending is a full stop with letters and digits: \".mkv\".") }
      endings.append(text)
    }
    return endings
  }

  private func value(_ name: String, _ problems: inout ProblemList) -> CommandValue? {
    guard let node = member(name) else { return nil }
    switch node.content {
    case .text(let text): return .text(text)
    case .bool(let flag): return .flag(flag)
    case .integer(let number): return .integer(number)
    case .decimal(let number): return CommandValue(number: number)
    default:
      problems.add(
        node.position, "\(key).\(name)", "It must be one value, not \(node.content.kindName).")
      return nil
    }
  }

  private func text(_ name: String) throws(ValueError) -> String? {
    guard let node = member(name) else { return nil }
    guard case .text(let text) = node.content else {
      throw ValueError("\(name) must be a string, not \(node.content.kindName).")
    }
    return text
  }

  private func flag(_ name: String) throws(ValueError) -> Bool {
    guard let node = member(name) else { return false }
    guard case .bool(let flag) = node.content else {
      throw ValueError("\(name) must be true or false.")
    }
    return flag
  }

  private func integer(_ name: String, in range: ClosedRange<Int>) throws(ValueError) -> Int? {
    guard let node = member(name) else { return nil }
    do throws(ValueError) {
      return try SettingKind.number(node, in: range)
    } catch {
      throw ValueError("\(name): \(error.why)")
    }
  }

  private func number(_ name: String) throws(ValueError) -> Double? {
    guard let node = member(name) else { return nil }
    switch node.content {
    case .integer(let number): return Double(number)
    case .decimal(let number) where number.isFinite: return number
    default: throw ValueError("\(name) must be a number.")
    }
  }
}
