/// One result of a running job: where it will be, and where it is written.
///
/// The temporary name is made of the job's id, so that no two jobs share one and the next process
/// finds it again; ASCII without a colon and short, as every file system takes it.
struct JobResultFile: Hashable, Sendable {
  let output: OutputArgument
  let temporaryName: String

  private static let prefix = ".http-runner-"

  /// Those of a request, in the order of its arguments.
  static func all(_ outputs: [OutputArgument], of id: JobID) -> [JobResultFile] {
    outputs.enumerated().map { index, output in
      JobResultFile(output: output, temporaryName: "\(prefix)\(id)-\(index)\(output.ending)")
    }
  }

  /// The target.
  var path: String { output.path }

  /// Where the program writes.
  var temporaryPath: String {
    let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
    return folder + temporaryName
  }

  /// The arguments of a request with temporary paths in place of its targets.
  static func arguments(_ arguments: [[UInt8]], with files: [JobResultFile]) -> [[UInt8]] {
    var changed = arguments
    for file in files where changed.indices.contains(file.output.index) {
      let index = file.output.index
      changed[index] = changed[index].prefix(file.output.offset) + Array(file.temporaryPath.utf8)
    }
    return changed
  }
}
