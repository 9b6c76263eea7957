internal import CLinux

/// A pipe whose write end becomes a job's stdout or stderr. Only our end does not block.
struct OutputPipe {
  let reader: SharedDescriptor
  let writer: SharedDescriptor

  init() throws(SystemCallFailure) {
    var read: CInt = -1
    var write: CInt = -1
    let answer = unsafe linux_pipe(&read, &write)
    try checked("pipe2", answer)
    self.reader = SharedDescriptor(Descriptor(adopting: read))
    self.writer = SharedDescriptor(Descriptor(adopting: write))
  }
}

/// The three descriptors of a launch on their way; ours are closed once they are sent.
struct SentDescriptors: Sendable {
  private let null: CInt
  private let stdout: SharedDescriptor
  private let stderr: SharedDescriptor

  init(null: CInt, _ stdout: SharedDescriptor, _ stderr: SharedDescriptor) {
    self.null = null
    self.stdout = stdout
    self.stderr = stderr
  }

  var numbers: [CInt] { [null, stdout.number, stderr.number] }
}
