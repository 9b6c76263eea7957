internal import CLinux
internal import SandboxBase
internal import Synchronization
internal import SystemBase

/// Output from the jobs' pipes to their sinks. All but `resume` is called on the client's thread.
extension LauncherClient {
  /// A pipe can be read.
  func readPipe(_ token: UInt64, _ buffer: inout [UInt8]) {
    ThreadRole.launcherLoop.assertCurrent()
    let number = token >> 2
    guard let stream = OutputStream(rawValue: token & 3),
      let launch = state.withLock({ $0.active[number] }), let pipe = launch[stream]
    else { return }
    switch launch.readOnce(stream, pipe.reader, using: &buffer, resume: resume(number, stream)) {
    case .bytes, .wouldBlock: break
    case .full: pause(number, stream, pipe.reader)
    case .endOfFile: forget(number, stream, pipe.reader)
    }
  }

  /// Its pipe is not watched until the sink has room: one whose writers are gone would be reported
  /// again and again.
  private func pause(_ number: UInt64, _ stream: OutputStream, _ reader: SharedDescriptor) {
    poller.remove(reader.fd)
    state.withLock { $0.active[number]?[stream]?.isPaused = true }
  }

  private func forget(_ number: UInt64, _ stream: OutputStream, _ reader: SharedDescriptor) {
    poller.remove(reader.fd)
    state.withLock { $0.active[number]?[stream] = nil }
  }

  private func resume(_ number: UInt64, _ stream: OutputStream) -> @Sendable () -> Void {
    { [weak self] in
      guard let self else { return }
      state.withLock { $0.resumed.append((number, stream)) }
      wakeLoop()
    }
  }

  /// Reads on where sinks have room again.
  func readResumed(_ buffer: inout [UInt8]) throws(SystemCallFailure) {
    let resumed = state.withLock { state in
      defer { state.resumed = [] }
      return state.resumed
    }
    for (number, stream) in resumed {
      let launch: ActiveLaunch? = state.withLock { state in
        guard state.active[number]?[stream]?.isPaused == true else { return nil }
        state.active[number]?[stream]?.isPaused = false
        return state.active[number]
      }
      guard let launch, let reader = launch[stream]?.reader else { continue }
      if launch.end == nil {
        try poller.add(reader.fd, .read, token: Token.pipe(number, stream))
      } else {
        drain(number, &buffer)
      }
    }
  }

  /// The launch is over: what its pipes still hold is read as the sink has room for it, and then
  /// the end goes to the sink.
  func finish(_ number: UInt64, _ end: LaunchEnd, _ buffer: inout [UInt8]) {
    state.withLock { $0.active[number]?.end = end }
    drain(number, &buffer)
  }

  private func drain(_ number: UInt64, _ buffer: inout [UInt8]) {
    for stream in OutputStream.allCases { drain(number, stream, &buffer) }
    let ended = state.withLock { state in
      guard let launch = state.active[number], launch.stdout == nil, launch.stderr == nil,
        launch.progress == nil
      else {
        return nil as ActiveLaunch?
      }
      return state.active.removeValue(forKey: number)
    }
    if let ended, let end = ended.end { ended.sink.ended(end) }
  }

  private func drain(_ number: UInt64, _ stream: OutputStream, _ buffer: inout [UInt8]) {
    while true {
      let launch: ActiveLaunch? = state.withLock { state in
        state.active[number]?[stream]?.drainsLeft -= 1
        return state.active[number]
      }
      guard let launch, let pipe = launch[stream], !pipe.isPaused else { return }
      guard pipe.drainsLeft >= 0 else { return forget(number, stream, pipe.reader) }
      switch launch.readOnce(stream, pipe.reader, using: &buffer, resume: resume(number, stream)) {
      case .bytes: continue
      case .full: return pause(number, stream, pipe.reader)
      case .wouldBlock, .endOfFile: return forget(number, stream, pipe.reader)
      }
    }
  }
}
