internal import CLinux
internal import Glibc

/// From a request to read the configuration again to a fresh table in the place of the old one.
extension Launcher {
  /// Has the table read again. The answer comes later, unless there is nothing to read.
  func reload() throws {
    guard let plan = policy.reload, let compiler = sealed.compiler else {
      return try reply(.refused("The service was started without a configuration file."))
    }
    guard compilation == nil else {
      return try reply(.refused("The configuration is being read already."))
    }
    do throws(SystemCallFailure) {
      let started = try Compilation(plan, by: compiler.program, now: now())
      try poller.add(started.channel.number, .read, token: Token.compiler)
      compilation = started
    } catch {
      try reply(.refused("The configuration could not be read again: \(error)."))
    }
  }

  /// Reads what the compiling program sent.
  func serveCompilation() throws {
    guard let compilation else { return }
    while true {
      let received: Received
      do throws(SystemCallFailure) {
        received = try receive(from: compilation.channel)
      } catch {
        return try refuse("The configuration could not be read again: \(error).")
      }
      guard case .message(let bytes, let descriptors) = received else {
        if case .nothing = received { return }
        return try refuse("Nothing was changed; the lines of the log above say why.")
      }
      var cursor = WireCursor(bytes)
      let kind = Request.Kind(rawValue: try cursor.u32())
      switch kind {
      case .entry:
        guard descriptors.numbers.isEmpty else { throw WireError.wrongDescriptorCount(1) }
        compilation.entries.append(try EntryWire.read(from: &cursor))
        try cursor.finish()
      case .seal:
        guard descriptors.numbers.count == 1 else {
          throw WireError.wrongDescriptorCount(descriptors.numbers.count)
        }
        let entries = compilation.entries
        close(compilation)
        return try install(entries, text: descriptors)
      default: throw WireError.notPermitted(kind?.rawValue ?? 0)
      }
    }
  }

  /// Ends a reading that takes too long.
  func lookAtCompilation(_ time: Int64) throws {
    guard let compilation, compilation.deadline <= time else { return }
    compilation.kill()
    try refuse("The configuration was not read in time; nothing was changed.")
  }

  private func close(_ compilation: Compilation) {
    poller.remove(compilation.channel.number)
    self.compilation = nil
  }

  private func refuse(_ text: String) throws {
    if let compilation { close(compilation) }
    try reply(.refused(text))
  }

  /// All of it or nothing: what can be refused is refused before anything is changed.
  private func install(_ compiled: [CompiledEntry], text: JobDescriptors) throws {
    var fresh = kinds
    let table: [SealedEntry]
    do {
      let executables = try compiled.map { try LauncherSetup.executable($0.policy.path) }
      for entry in compiled {
        try LauncherSetup.checkLimits(entry.policy)
        try LauncherSetup.checkDumpable(entry.policy)
      }
      table = try CellTable.seal(compiled, executables, on: sealed.host, &fresh)
      cells.addKinds(fresh.count)
      for number in kinds.count..<fresh.count { try tryOut(number, fresh) }
    } catch let refusal as LauncherSetup.Refusal {
      for number in kinds.count..<fresh.count { try forget(number, &fresh) }
      kinds = fresh
      return try reply(.refused(refusal.text))
    }
    // Nothing of the old table may be waiting once its kinds are given up.
    let waiting = cells.removeWaiting()
    try forgetUnused(by: table, &fresh)
    kinds = fresh
    firstEntry += UInt32(entries.count)
    entries = table
    executables = ExecutableTable(table.map(\.executable))
    for entry in table { try reply(.inForce(entry.enforcement)) }
    try reply(.reloaded(first: firstEntry), with: text)
    // Only now does the client know which entry took the place of theirs.
    for launch in waiting {
      try reply(.failed(launch.request.number, LaunchFault(.retired, code: ESTALE)))
    }
  }

  /// Has a new kind's tree built, and a cell made of it.
  private func tryOut(_ number: Int, _ fresh: CellKinds) throws {
    guard let kind = fresh.kinds[number] else { return }
    try sealed.preparer.announce(kind)
    try check(try arrival(of: number), fresh.owners[number])
    _ = cells.order(number)
    try sealed.preparer.order(number)
    let made = try arrival(of: number)
    _ = cells.arrived(made.cell, kind: number)
    try check(made, fresh.owners[number])
  }

  private func check(_ arrival: PreparerProcess.Arrival, _ owner: String) throws {
    guard let fault = arrival.reply.fault else { return }
    let refusal = PreparerProcess.Refusal(fault: fault, object: arrival.reply.object)
    throw LauncherSetup.Refusal(text: CellTable.words(refusal, owner: owner))
  }

  /// The next answer about one kind; those about others go where they belong.
  private func arrival(of number: Int) throws -> PreparerProcess.Arrival {
    while true {
      guard let arrival = try sealed.preparer.next(waits: true) else { continue }
      if Int(arrival.reply.kind) == number { return arrival }
      try take(arrival)
    }
  }

  /// Gives up the kinds that no entry has any more.
  private func forgetUnused(by table: [SealedEntry], _ fresh: inout CellKinds) throws {
    let used = Set(table.compactMap(\.cell))
    for number in 0..<fresh.count where fresh.kinds[number] != nil && !used.contains(number) {
      try forget(number, &fresh)
    }
  }

  private func forget(_ number: Int, _ fresh: inout CellKinds) throws {
    guard fresh.kinds[number] != nil else { return }
    fresh.forget(number)
    cells.forget(number)
    try sealed.preparer.forget(number)
  }
}
