/// The folders that `{path:read}` and `{path:write}` of an entry's patterns mean.
package struct ArgumentFolders: Hashable, Sendable {
  private let read: [[UInt8]]
  private let write: [[UInt8]]
  /// Those of policy alone, in their order: where results can be.
  private let outputs: [[UInt8]]

  /// What is private to each job, at the same place in every job's own tree.
  package static let privateFolders = ["/work", "/tmp", "/var/tmp", "/dev/shm"]

  /// The folders that path placeholders are checked against.
  ///
  /// - Parameters: absolute paths; what may be written may also be read, and results are in those
  ///   of `outputPaths` only.
  package init(readPaths: [String], writePaths: [String], outputPaths: [String] = []) {
    outputs = outputPaths.map { Array($0.utf8) }
    write = writePaths.map { Array($0.utf8) }
    read = readPaths.map { Array($0.utf8) } + write
  }

  /// Whether `path` is one that the job may use so: lexically normal, not to be taken for an
  /// option, for a file of further arguments (`@file`) or for a protocol, and relative to the
  /// private working folder or inside a folder of the entry.
  ///
  /// Only the spelling is judged. What stands at the path, and whether a link leads elsewhere, is
  /// the business of the job's own tree, in which nothing else exists.
  func admits(_ path: ArraySlice<UInt8>, for rule: ArgumentPath) -> Bool {
    refusal(of: path, for: rule) == nil
  }

  /// Why `path` is not admitted, without a full stop; nil where it is.
  package func refusal(of path: ArraySlice<UInt8>, for rule: ArgumentPath) -> String? {
    guard let first = path.first else { return "it is empty" }
    if first == UInt8(ascii: "-") { return "it begins with `-`, as an option does" }
    if first == UInt8(ascii: "@") { return "it begins with `@`, as a file of arguments does" }
    guard path.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      return "it has a control character"
    }
    let isAbsolute = first == UInt8(ascii: "/")
    let parts = (isAbsolute ? path.dropFirst() : path).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isNormal = parts.allSatisfy { part in
      !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
    guard isNormal else { return "it has a part that is empty, `.` or `..`" }
    // `concat:a`, `file:/etc/passwd`, `pipe:0`: many programs take these for protocols.
    if !isAbsolute, parts[0].contains(UInt8(ascii: ":")) {
      return "it has a colon in its first part, as a protocol does; put "
        + "`\(SystemTree.workPath)/` before it"
    }
    if isAbsolute, !isInside(path, rule.access) {
      return rule.access == .read
        ? "it is in no folder of `read` or `write`" : "it is in no folder of `write`"
    }
    let name = parts[parts.endIndex - 1]
    return (rule.isOutput ? outputRefusal(of: path, named: name) : nil)
      ?? rule.refusal(of: name, in: path)
  }

  private func outputRefusal(
    of path: ArraySlice<UInt8>, named name: ArraySlice<UInt8>
  ) -> String? {
    guard outputFolder(of: path) != nil else {
      return "a result has to be in a folder of `write`, named by its absolute path"
    }
    return name.count > ResultPlace.targetBytesMax
      || String(validating: path, as: UTF8.self) == nil
      ? "its name is no UTF-8 of at most \(ResultPlace.targetBytesMax) bytes" : nil
  }

  /// Index of the innermost folder of policy that a result is in.
  private func outputFolder(of path: ArraySlice<UInt8>) -> Int? {
    outputs.indices.filter { index in
      path.count > outputs[index].count + 1 && path.starts(with: outputs[index] + [0x2f])
    }.max { outputs[$0].count < outputs[$1].count }
  }

  /// Where a result is that was admitted; nil where these folders do not admit it.
  ///
  /// - Parameter temporaryName: what the program writes it under.
  package func place(of path: String, temporaryName: String) -> ResultPlace? {
    guard let folder = outputFolder(of: Array(path.utf8)[...]) else { return nil }
    let parts = path.utf8.dropFirst(outputs[folder].count + 1).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return ResultPlace(
      folder: UInt32(folder),
      directory: parts.dropLast().map { String(Substring($0)) }.joined(separator: "/"),
      temporaryName: temporaryName, targetName: String(Substring(parts[parts.endIndex - 1])))
  }

  private func isInside(_ path: ArraySlice<UInt8>, _ access: ArgumentPath.Access) -> Bool {
    (access == .read ? read : write).contains { folder in
      path.starts(with: folder)
        && (path.count == folder.count
          || path[path.startIndex + folder.count] == UInt8(ascii: "/"))
    }
  }
}

extension EntryPolicy {
  /// The folders of the entry, and the private ones where jobs have a tree of their own.
  package var argumentFolders: ArgumentFolders {
    let own = dropped.contains(.mountNamespace) ? [] : ArgumentFolders.privateFolders
    return ArgumentFolders(
      readPaths: readPaths, writePaths: writePaths + own, outputPaths: writePaths)
  }
}
