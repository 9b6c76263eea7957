/// One run that a client asks for: well formed, but not yet held against the whitelist.
package struct JobRequest: Hashable, Sendable {
  /// The whitelist entry, letter for letter.
  package let command: String
  /// What the program gets after its own name.
  package let arguments: [String]
  /// Where the finished job is posted, if anywhere.
  package let callback: String?
  /// What else it asks for.
  package let demands: JobDemands

  /// All arguments together, each with the NUL that ends it; the launcher takes no more.
  package static let argumentBytesMax = 128 << 10
  /// How many arguments one job may have.
  package static let argumentCountMax = 4096
  /// Length of a callback URL in bytes.
  package static let callbackBytesMax = 2048

  /// - Throws: `JobRefusal.field` naming `command`, `args` or `callback` when one holds a NUL or is
  ///   over its limit: execve(2) and the wire to the launcher could not carry it.
  package init(
    command: String, arguments: [String], callback: String? = nil,
    demands: JobDemands = JobDemands()
  ) throws(JobRefusal) {
    guard !command.utf8.contains(0) else {
      throw .field("command", "The command contains a NUL byte.")
    }
    guard arguments.count <= Self.argumentCountMax else {
      throw .field(
        "args", "There are \(arguments.count) arguments; at most \(Self.argumentCountMax) fit.")
    }
    if let index = arguments.firstIndex(where: { $0.utf8.contains(0) }) {
      throw .field("args", "Argument \(index + 1) contains a NUL byte.")
    }
    let bytes = arguments.reduce(0) { $0 + $1.utf8.count + 1 }
    guard bytes <= Self.argumentBytesMax else {
      throw .field(
        "args", "The arguments hold \(bytes) bytes; at most \(Self.argumentBytesMax) fit.")
    }
    if let callback, callback.utf8.count > Self.callbackBytesMax {
      throw .field(
        "callback",
        "The URL is \(callback.utf8.count) bytes long; at most \(Self.callbackBytesMax) fit.")
    }
    self.command = command
    self.arguments = arguments
    self.callback = callback
    self.demands = demands
  }
}
