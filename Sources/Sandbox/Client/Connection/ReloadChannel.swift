internal import CLinux
internal import Glibc
package import SandboxBase
internal import SystemBase

/// The channel to the launcher in the process that reads the configuration for a reload.
package struct ReloadChannel: ~Copyable {
  private let channel: Channel
  /// What held for the service as a whole when it started.
  package let settings: String

  /// Receives the settings of the running service on the channel at descriptor 3.
  ///
  /// - Throws: `SystemCallFailure` where this process was not started by a launcher.
  package static func open() throws(SystemCallFailure) -> ReloadChannel {
    let channel = Channel(adopting: Descriptor(adopting: HelperProgram.channelFD))
    var buffer = [UInt8](repeating: 0, count: ReloadPlan.settingsBytesMax + 1)
    guard let message = try channel.receive(using: &buffer, waits: true) else {
      throw SystemCallFailure(call: "recvmsg", code: ECONNRESET, object: "the launcher")
    }
    let settings = String(decoding: message.bytes.dropLast(), as: UTF8.self)
    return ReloadChannel(channel: channel, settings: settings)
  }

  private init(channel: consuming Channel, settings: String) {
    self.channel = channel
    self.settings = settings
  }

  /// Hands the table over.
  ///
  /// - Parameters:
  ///   - text: what it was made of; with the policies it goes to the process that listens, which so
  ///     compiles nothing again.
  ///   - attachments: further files of that process, by their names.
  /// - Throws: `SystemCallFailure` when the launcher has exited, when no memory file can be made,
  ///   or when the service could not read the table; without the seal the launcher keeps its table.
  package func send(
    _ entries: [CompiledEntry], madeOf text: [UInt8], attachments: [String: [UInt8]] = [:]
  ) throws(SystemCallFailure) {
    let bytes = CompiledConfiguration.bytes(text, entries, attachments)
    if let problem = CompiledConfiguration.problem(with: bytes) {
      throw SystemCallFailure(call: "read back", code: EMSGSIZE, object: "the table: \(problem)")
    }
    for entry in entries { try channel.sendWaiting(Request.entry(entry).bytes) }
    let file = try MemoryFile(holding: bytes)
    try channel.sendWaiting(Request.seal.bytes, descriptors: [file.fd])
    withExtendedLifetime(file) {}
  }
}
