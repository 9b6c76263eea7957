import Glibc
import TestSupport

/// The client as a user starts it, with what it prints in files, as bytes.
final class ClientRun {
  let child: Child
  private let folder: RootFolder

  /// - Parameters:
  ///   - server: what it is to speak to; nil for one where nothing listens.
  ///   - input: standard input; nil for /dev/null.
  ///   - inputDescriptor: a descriptor in its place; -1 for none.
  ///   - program: another name of the program.
  init(
    _ server: RunningServer?, _ words: [String], input: [UInt8]? = nil,
    inputDescriptor: CInt = -1, environment: [String: String] = [:], program: String? = nil
  ) throws {
    folder = try RootFolder()
    var variables = [
      "PATH": Child.plainPath, "HOME": folder("none"),
      "HTTP_RUNNER_SERVER": "127.0.0.1:\(server?.client.port ?? 1)",
    ]
    variables.merge(environment) { _, given in given }
    var descriptors = (inputDescriptor, CInt(-1), CInt(-1))
    if let input {
      try Files.write(input, to: folder("in"), mode: 0o600)
      descriptors.0 = unsafe open(folder("in"), O_RDONLY | O_CLOEXEC)
    }
    descriptors.1 = unsafe open(folder("out"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    descriptors.2 = unsafe open(folder("err"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer {
      if input != nil { close(descriptors.0) }
      close(descriptors.1)
      close(descriptors.2)
    }
    child = try Child(
      program ?? Binaries.runner(), words, environment: variables, descriptors: descriptors)
  }

  /// The exit code, once it has ended.
  func code() throws -> Int32 {
    switch try child.wait() {
    case .exited(let code): code
    case .signaled(let signal): throw TestFailure("the client ended by signal \(signal): \(error)")
    }
  }

  var stdout: [UInt8] { Files.bytes(of: folder("out")) ?? [] }
  var stderr: [UInt8] { Files.bytes(of: folder("err")) ?? [] }
  var output: String { String(decoding: stdout, as: UTF8.self) }
  var error: String { String(decoding: stderr, as: UTF8.self) }
}
