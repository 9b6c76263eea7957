internal import CLinux
internal import Glibc
internal import SandboxBase
internal import Synchronization
internal import SystemBase

/// Output from the jobs' pipes to their sinks. All but `resume` is called on the client's thread.
///
/// A pipe that is paused belongs to the one that resumes it. Where that is a thread that has just
/// written what the stream has to the disk, it reads on by itself: a job that writes without pause
/// is served by that thread alone, in large pieces, and the client's thread sleeps meanwhile.
extension LauncherClient {
  /// A pipe can be read. One that was paused since the event came, by what stood before it among
  /// the events or by a thread of the disk, is read by the one that resumes it.
  func readPipe(_ token: UInt64, _ buffer: inout [UInt8]) {
    ThreadRole.launcherLoop.assertCurrent()
    let number = token >> 2
    guard let stream = OutputStream(rawValue: token & 3),
      let launch = state.withLock({ $0.active[number] }), let pipe = launch[stream], !pipe.isPaused
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
    state.withLock { state in
      if state.active[number]?[stream]?.isEnlarged == true { state.enlargedPipes -= 1 }
      state.active[number]?[stream] = nil
    }
  }

  private func resume(_ number: UInt64, _ stream: OutputStream) -> @Sendable () -> Void {
    { [weak self] in
      guard let self else { return }
      if ThreadRole.current == .diskWrites, readOn(number, stream) { return }
      state.withLock { $0.resumed.append((number, stream)) }
      wakeLoop()
    }
  }

  /// Reads of a paused pipe on the thread that resumed it, before others have their turn.
  private static let readsInTurn = 2
  /// Buffers that are kept for those threads: one each.
  private static let spareBuffersMax = 4
  /// Pipes that are enlarged at one time: all pipes of a user together may hold 64 MiB, and those
  /// beyond get little (pipe-user-pages-soft in pipe(7)).
  private static let enlargedPipesMax = 32
  /// F_SETPIPE_SZ and F_GETPIPE_SZ of fcntl(2), which Glibc shows to C alone.
  private static let (setPipeSize, getPipeSize): (CInt, CInt) = (1031, 1032)

  /// A job that writes faster than the disk takes it is woken less often, and its bytes go there in
  /// larger pieces. Where the kernel refuses, its pipe stays as it is.
  private func enlargePipe(_ number: UInt64, _ stream: OutputStream) {
    let reader: SharedDescriptor? = state.withLock { state in
      guard state.enlargedPipes < Self.enlargedPipesMax, let pipe = state.active[number]?[stream],
        !pipe.isEnlarged, !pipe.isKept
      else { return nil }
      state.active[number]?[stream]?.isEnlarged = true
      state.enlargedPipes += 1
      return pipe.reader
    }
    guard let reader else { return }
    let bytes = CInt(ActiveLaunch.enlargedBytes)
    // A job may have made it larger itself.
    if fcntl(reader.fd, Self.getPipeSize) < bytes,
      fcntl(reader.fd, Self.setPipeSize, bytes) >= bytes
    {
      return
    }
    state.withLock { state in
      // The pipe may be over by now, and have given its place back.
      guard state.active[number]?[stream]?.isEnlarged == true else { return }
      state.active[number]?[stream]?.isEnlarged = false
      state.active[number]?[stream]?.isKept = true
      state.enlargedPipes -= 1
    }
  }

  /// Reads a paused pipe until its sink is full again, or nothing is there; then the loop watches
  /// it.
  ///
  /// - Returns: false where the loop is to resume it: it is not paused yet, or the launch is over.
  private func readOn(_ number: UInt64, _ stream: OutputStream) -> Bool {
    enlargePipe(number, stream)
    var buffer =
      spareBuffers.withLock { $0.popLast() }
      ?? [UInt8](repeating: 0, count: ActiveLaunch.enlargedBytes)
    defer {
      spareBuffers.withLock { if $0.count < Self.spareBuffersMax { $0.append(buffer) } }
    }
    for _ in 0..<Self.readsInTurn {
      guard let launch = state.withLock({ $0.active[number] }), launch.end == nil,
        let pipe = launch[stream], pipe.isPaused
      else { return false }
      let result = launch.readOnce(
        stream, pipe.reader, using: &buffer,
        bytesMax: pipe.isEnlarged ? ActiveLaunch.enlargedBytes : ActiveLaunch.readBytes,
        resume: resume(number, stream))
      switch result {
      case .bytes: continue
      // It stays paused, and belongs to the next one that resumes it.
      case .full: return true
      case .wouldBlock, .endOfFile: return watchAgain(number, stream)
      }
    }
    return watchAgain(number, stream)
  }

  /// - Returns: false where the launch is over.
  private func watchAgain(_ number: UInt64, _ stream: OutputStream) -> Bool {
    // Under the lock, so that the loop does not end the launch, and stop watching, in between.
    state.withLock { state in
      guard let launch = state.active[number], launch.end == nil, let pipe = launch[stream] else {
        return false
      }
      do throws(SystemCallFailure) {
        try poller.add(pipe.reader.fd, .read, token: Token.pipe(number, stream))
      } catch {
        return false
      }
      state.active[number]?[stream]?.isPaused = false
      return true
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
        // One that is paused is not read now, and loses none of its reads.
        guard state.active[number]?[stream]?.isPaused == false else { return nil }
        state.active[number]?[stream]?.drainsLeft -= 1
        return state.active[number]
      }
      guard let launch, let pipe = launch[stream] else { return }
      guard pipe.drainsLeft >= 0 else { return forget(number, stream, pipe.reader) }
      switch launch.readOnce(stream, pipe.reader, using: &buffer, resume: resume(number, stream)) {
      case .bytes: continue
      case .full: return pause(number, stream, pipe.reader)
      case .wouldBlock, .endOfFile: return forget(number, stream, pipe.reader)
      }
    }
  }
}
