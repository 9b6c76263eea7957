internal import CLinux

/// A whitelist entry: one exact string, and the file that it meant when it was last looked at.
struct Executable {
  /// As the operator wrote it; also the job's argument 0.
  let name: String
  private var known: Known

  private struct Known: Equatable {
    let facts: File.Facts
    let isScript: Bool
    let interpreter: String
    /// Paths without links of the file and, for a script, of its interpreter.
    let programs: [String]
  }

  /// What must be in the tree of its jobs, by paths without links.
  var programs: [String] { known.programs }

  /// What a launch executes.
  struct Pinned: ~Copyable {
    let handle: Descriptor
    /// Set for a `#!` script: its interpreter must open it by name.
    let scriptPath: String?
    /// True when the file is not the one that was looked at before: an upgrade, say.
    let isReplaced: Bool
  }

  /// Looks at the file for the first time.
  ///
  /// - Throws: `TrustedPath.Refusal` when it does not exist or breaks a rule of `ExecutableRule`.
  init(name: String) throws(TrustedPath.Refusal) {
    self.name = name
    let place = try TrustedPath.walk(name)
    self.known = try Self.examine(place)
  }

  /// Looks again, just before a launch. Nothing of the answer is remembered from the last time but
  /// what the kernel's own change time shows to be the same.
  mutating func pin() throws(TrustedPath.Refusal) -> Pinned {
    let place = try TrustedPath.walk(name)
    let isReplaced = place.facts != known.facts
    if isReplaced { known = try Self.examine(place) }
    if known.isScript { _ = try Self.checkInterpreter(known.interpreter) }
    let scriptPath = known.isScript ? place.path : nil
    return Pinned(handle: place.takeHandle(), scriptPath: scriptPath, isReplaced: isReplaced)
  }

  private static func examine(
    _ place: borrowing TrustedPath.Place
  ) throws(TrustedPath.Refusal) -> Known {
    try check(place)
    let line: [UInt8]
    do throws(SystemCallFailure) {
      let reader = Descriptor(
        adopting: try checked("open", place.path, linux_reopen_for_reading(place.handle.number)))
      line = try File.head(reader.number, bytesMax: 256)  // BINPRM_BUF_SIZE
    } catch {
      throw .kernel(error)
    }
    guard line.starts(with: "#!".utf8) else {
      return Known(
        facts: place.facts, isScript: false, interpreter: "", programs: [place.path])
    }
    guard let interpreter = interpreterPath(line) else {
      throw .rule(.badInterpreterLine, path: place.path)
    }
    let programs = [place.path, try checkInterpreter(interpreter)]
    return Known(
      facts: place.facts, isScript: true, interpreter: interpreter, programs: programs)
  }

  private static func check(
    _ place: borrowing TrustedPath.Place
  ) throws(TrustedPath.Refusal) {
    let facts = place.facts
    let broken: ExecutableRule? =
      if facts.kind != .regular {
        .notAFile
      } else if facts.uid != 0 {
        .foreignOwner
      } else if facts.isWritableByOthers {
        .writable
      } else if facts.mode & 0o4000 != 0 {
        .setUserID
      } else if facts.mode & 0o2000 != 0 {
        .setGroupID
      } else if facts.mode & 0o111 == 0 {
        .notExecutable
      } else {
        nil
      }
    if let broken { throw .rule(broken, path: place.path) }
    let answer = linux_has_file_capability(place.handle.number)
    guard answer >= 0 else {
      throw .kernel(SystemCallFailure(call: "getxattr", code: -answer, object: place.path))
    }
    if answer == 1 { throw .rule(.fileCapability, path: place.path) }
  }

  /// An interpreter obeys the rules of an entry, and is no script.
  ///
  /// - Returns: its path without links.
  private static func checkInterpreter(_ path: String) throws(TrustedPath.Refusal) -> String {
    let place = try TrustedPath.walk(path)
    try check(place)
    do throws(SystemCallFailure) {
      let reader = Descriptor(
        adopting: try checked("open", path, linux_reopen_for_reading(place.handle.number)))
      let start = try File.head(reader.number, bytesMax: 2)
      guard start.elementsEqual("#!".utf8) else { return place.path }
    } catch {
      throw .kernel(error)
    }
    throw .rule(.nestedScript, path: path)
  }

  private static func interpreterPath(_ line: [UInt8]) -> String? {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let words = line.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
    let path = words.drop(while: isBlank).prefix { !isBlank($0) && $0 != 0 }
    guard path.first == UInt8(ascii: "/") else { return nil }
    return String(decoding: path, as: UTF8.self)
  }
}

extension TrustedPath.Place {
  consuming func takeHandle() -> Descriptor { handle }
}
