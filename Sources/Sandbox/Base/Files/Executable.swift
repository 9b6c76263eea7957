internal import CLinux
package import SystemBase

/// The executable of an entry: its exact path, and the file that was found there.
package struct Executable {
  /// As the operator wrote it; also the job's argument 0.
  package let name: String
  private var known: Inspection

  /// What was found at the path: the file, and for a script its interpreter.
  private struct Inspection: Equatable {
    let status: File.Status
    let isScript: Bool
    let interpreter: String
    /// Paths without links of the file and, for a script, of its interpreter.
    let programs: [String]
  }

  /// What must be in the tree of its jobs, by paths without links.
  package var programs: [String] { known.programs }

  /// What a launch executes.
  package struct PinnedFile: ~Copyable {
    /// The file, open as a path (O_PATH).
    package let handle: Descriptor
    /// Set for a `#!` script: its interpreter must open it by name.
    package let scriptPath: String?
    /// True when the file is not the one that was looked at before: an upgrade, say.
    package let isReplaced: Bool
  }

  /// Looks at the file for the first time.
  ///
  /// - Throws: `TrustedPath.Refusal` when it does not exist or breaks a rule of
  ///   `ExecutableRefusal`.
  package init(
    name: String, avoiding remote: RemoteMountTable
  ) throws(TrustedPath.Refusal) {
    self.name = name
    let resolved = try TrustedPath.resolve(name, avoiding: remote)
    self.known = try Self.inspect(resolved, remote)
  }

  /// Looks again, just before a launch. Nothing of the answer is remembered from the last time but
  /// what the kernel's own change time shows to be the same.
  ///
  /// - Parameter remote: file systems that are not entered.
  /// - Throws: `TrustedPath.Refusal` when it is gone or breaks a rule of `ExecutableRefusal` now.
  package mutating func pin(
    avoiding remote: RemoteMountTable
  ) throws(TrustedPath.Refusal) -> PinnedFile {
    let resolved = try TrustedPath.resolve(name, avoiding: remote)
    let isReplaced = resolved.status != known.status
    if isReplaced { known = try Self.inspect(resolved, remote) }
    if known.isScript { _ = try Self.checkInterpreter(known.interpreter, remote) }
    let scriptPath = known.isScript ? resolved.path : nil
    return PinnedFile(handle: resolved.intoHandle(), scriptPath: scriptPath, isReplaced: isReplaced)
  }

  private static func inspect(
    _ resolved: borrowing TrustedPath.Resolution, _ remote: RemoteMountTable
  ) throws(TrustedPath.Refusal) -> Inspection {
    let line = try head(of: resolved, bytesMax: 256)  // BINPRM_BUF_SIZE
    guard line.starts(with: "#!".utf8) else {
      return Inspection(
        status: resolved.status, isScript: false, interpreter: "", programs: [resolved.path])
    }
    guard !line.prefix(while: { $0 != UInt8(ascii: "\n") }).contains(UInt8(ascii: "\r")) else {
      throw .rule(.carriageReturn, path: resolved.path)
    }
    guard let interpreter = interpreterPath(line) else {
      throw .rule(.badInterpreterLine, path: resolved.path)
    }
    let programs = [resolved.path, try checkInterpreter(interpreter, remote)]
    return Inspection(
      status: resolved.status, isScript: true, interpreter: interpreter, programs: programs)
  }

  /// The first bytes of a file that obeys the rules, its capabilities among them: those are read
  /// from the descriptor that the bytes come from.
  private static func head(
    of resolved: borrowing TrustedPath.Resolution, bytesMax: Int
  ) throws(TrustedPath.Refusal) -> [UInt8] {
    try checkMode(of: resolved)
    let head: [UInt8]
    let capabilities: FileCapabilities?
    do throws(SystemCallFailure) {
      let reader = Descriptor(
        adopting: try checked("open", resolved.path, linux_reopen_read(resolved.handle.fd)))
      capabilities = try FileCapabilities.read(reader.fd, path: resolved.path)
      head = try File.head(reader.fd, bytesMax: bytesMax)
    } catch {
      throw .kernel(error)
    }
    if let capabilities {
      throw .rule(.fileCapability, path: resolved.path, detail: capabilities.description)
    }
    return head
  }

  private static func checkMode(
    of resolved: borrowing TrustedPath.Resolution
  ) throws(TrustedPath.Refusal) {
    let status = resolved.status
    let broken: ExecutableRefusal? =
      if status.kind != .regular {
        .notAFile
      } else if status.uid != 0 {
        .foreignOwner
      } else if status.isWritableByOthers {
        .writable
      } else if status.mode & 0o4000 != 0 {
        .setUserID
      } else if status.mode & 0o2000 != 0 {
        .setGroupID
      } else if status.mode & 0o111 == 0 {
        .notExecutable
      } else {
        nil
      }
    if let broken { throw .rule(broken, path: resolved.path) }
  }

  /// An interpreter obeys the rules of an entry, and is no script.
  ///
  /// - Returns: its path without links.
  private static func checkInterpreter(
    _ path: String, _ remote: RemoteMountTable
  ) throws(TrustedPath.Refusal) -> String {
    let resolved = try TrustedPath.resolve(path, avoiding: remote)
    let start = try head(of: resolved, bytesMax: 2)
    guard !start.elementsEqual("#!".utf8) else { throw .rule(.nestedScript, path: path) }
    return resolved.path
  }

  private static func interpreterPath(_ line: [UInt8]) -> String? {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let words = line.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
    let path = words.drop(while: isBlank).prefix { !isBlank($0) && $0 != 0 }
    guard path.first == UInt8(ascii: "/") else { return nil }
    return String(decoding: path, as: UTF8.self)
  }
}

extension TrustedPath.Resolution {
  consuming func intoHandle() -> Descriptor { handle }
}
