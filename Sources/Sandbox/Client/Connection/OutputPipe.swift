internal import CLinux
internal import SandboxBase
internal import SystemBase

/// A pipe whose write end becomes a job's stdout or stderr. Only our end does not block.
struct OutputPipe {
  let reader: SharedDescriptor
  let writer: SharedDescriptor

  init() throws(SystemCallFailure) {
    var read: CInt = -1
    var write: CInt = -1
    // SAFETY: pipe2(2) writes two descriptors, which are local variables.
    let answer = unsafe linux_pipe2(&read, &write)
    try checked("pipe2", answer)
    self.reader = SharedDescriptor(Descriptor(adopting: read))
    self.writer = SharedDescriptor(Descriptor(adopting: write))
  }
}

/// The descriptors of a launch on their way; ours are closed once they are sent.
struct SentDescriptors: Sendable {
  private let stdin: CInt
  private let stdout: SharedDescriptor
  private let stderr: SharedDescriptor
  private let progress: SharedDescriptor?
  private let files: SharedDescriptor?

  init(
    stdin: CInt, _ stdout: SharedDescriptor, _ stderr: SharedDescriptor,
    _ progress: SharedDescriptor? = nil, files: SharedDescriptor? = nil
  ) {
    self.files = files
    self.progress = progress
    self.stdin = stdin
    self.stdout = stdout
    self.stderr = stderr
  }

  var fds: [CInt] { [stdin, stdout.fd, stderr.fd] + [progress?.fd, files?.fd].compactMap { $0 } }
}
