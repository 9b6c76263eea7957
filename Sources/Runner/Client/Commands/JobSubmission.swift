import Glibc
import SystemBase
import TextFormats

/// The job that `run` and `submit` ask for.
struct JobSubmission {
  let entry: String
  /// As bytes: names of files need not be UTF-8.
  let arguments: [[UInt8]]
  private var labels: [(name: String, value: String)] = []
  private var variables: [(name: String, value: String)] = []
  private var timeoutSeconds: Int?
  private var stallAfterSeconds: Int?
  private var deadline: String?
  private var after: [String] = []
  private var notBefore: String?
  private var priority: Int?
  private var callback: String?
  /// Fields of a command of the service, in the place of arguments.
  var fields: [CommandFields.Member] = []
  /// nil: none, which is an empty one.
  private let input: [UInt8]?

  /// Bytes of standard input that are read at most; the service has a bound of its own.
  private static let inputBytesMax = 256 << 20

  init(entry: String, arguments: [[UInt8]], input: [UInt8]?) {
    self.entry = entry
    self.arguments = arguments
    self.input = input
  }

  /// What a command line asks for; reads standard input where that goes with it.
  init(_ invocation: ClientInvocation) throws(ClientFailure) {
    let isInputSent = !invocation.has("no-stdin")
    self.init(
      entry: invocation.operands[0],
      arguments: ProgramArguments.last(invocation.argumentCount ?? 0),
      input: isInputSent ? try Self.standardInput() : nil)
    labels = try invocation.pairs("label")
    variables = try invocation.pairs("env")
    timeoutSeconds = try invocation.seconds("timeout")
    stallAfterSeconds = try invocation.seconds("stall-after")
    deadline = invocation.value("deadline")
    after = try invocation.ids("after")
    notBefore = invocation.value("not-before")
    priority = try invocation.number("priority", in: 0...10)
    callback = invocation.value("callback")
  }

  /// Standard input up to its end; nil for a terminal, and where there is none.
  ///
  /// - Throws: `ClientFailure` (usage) where it cannot be read, or does not end.
  static func standardInput() throws(ClientFailure) -> [UInt8]? {
    guard isatty(STDIN_FILENO) != 1 else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      // SAFETY: read(2) writes at most as many bytes as the array has.
      let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ClientFailure(
          .usage,
          "Standard input cannot be read: \(ErrorCode.message(errno)). --no-stdin leaves it.")
      }
      guard count > 0 else { return bytes.isEmpty ? nil : bytes }
      bytes += buffer.prefix(count)
      guard bytes.count <= inputBytesMax else {
        throw ClientFailure(
          .usage,
          "Standard input has more than \(inputBytesMax) bytes. Put it where the service reads it, "
            + "or leave it: --no-stdin.")
      }
    }
  }

  /// The body of `POST /`.
  var body: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("command")
    writer.string(entry)
    if fields.isEmpty { write(arguments, to: &writer) }
    for field in fields {
      writer.key(field.name)
      writer.rawValue(field.value)
    }
    for (key, pairs) in [("labels", labels), ("env", variables)] where !pairs.isEmpty {
      writer.key(key)
      writer.beginObject()
      for pair in pairs {
        writer.key(pair.name)
        writer.string(pair.value)
      }
      writer.endObject()
    }
    for (key, number) in [
      ("timeout", timeoutSeconds), ("stallAfter", stallAfterSeconds), ("priority", priority),
    ] {
      guard let number else { continue }
      writer.key(key)
      writer.number(number)
    }
    for (key, text) in [("deadline", deadline), ("notBefore", notBefore), ("callback", callback)] {
      guard let text else { continue }
      writer.key(key)
      writer.string(text)
    }
    if !after.isEmpty {
      writer.key("after")
      writer.beginArray()
      for id in after { writer.string(id) }
      writer.endArray()
    }
    if let input {
      let text = String(validating: input, as: UTF8.self)
      writer.key(text == nil ? "stdinBase64" : "stdin")
      writer.string(text ?? Base64.encode(input))
    }
    writer.endObject()
    return writer.bytes
  }

  private func write(_ arguments: [[UInt8]], to writer: inout JSONWriter) {
    let texts = arguments.compactMap { String(validating: $0, as: UTF8.self) }
    let areTexts = texts.count == arguments.count
    writer.key(areTexts ? "args" : "argsBase64")
    writer.beginArray()
    for argument in areTexts ? texts : arguments.map({ Base64.encode($0) }) {
      writer.string(argument)
    }
    writer.endArray()
  }
}
