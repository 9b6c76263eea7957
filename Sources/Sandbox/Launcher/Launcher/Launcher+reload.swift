internal import CLinux
internal import Glibc
internal import SandboxBase

/// Policy reload: from the request to the new entry table in force.
extension Launcher {
  /// Starts a reload. The reply follows when it is done, unless it is refused at once.
  func reload() throws {
    guard let plan = policy.reload, let compiler = sealed.compiler else {
      return try reply(.refused("The service was started without a configuration file."))
    }
    guard pendingReload == nil else {
      return try reply(.refused("The configuration is being read already."))
    }
    do throws(SystemCallFailure) {
      let started = try PolicyReload(plan, by: compiler.program, now: now())
      try poller.add(started.channel.fd, .read, token: Token.compiler)
      pendingReload = started
    } catch {
      try reply(.refused("The configuration could not be read again: \(error)."))
    }
  }

  /// Reads what the compiling program sent.
  func handleReloadMessages() throws {
    guard let pendingReload else { return }
    while true {
      let received: ReceiveResult
      do throws(SystemCallFailure) {
        received = try receive(from: pendingReload.channel)
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
        guard descriptors.fds.isEmpty else { throw WireError.wrongDescriptorCount(1) }
        pendingReload.entries.append(try EntryWire.read(from: &cursor))
        try cursor.finish()
      case .seal:
        guard descriptors.fds.count == 1 else {
          throw WireError.wrongDescriptorCount(descriptors.fds.count)
        }
        let entries = pendingReload.entries
        close(pendingReload)
        return try install(entries, text: descriptors)
      default: throw WireError.notPermitted(kind?.rawValue ?? 0)
      }
    }
  }

  /// Aborts a reload that exceeds its time limit.
  func checkReloadDeadline(_ time: Int64) throws {
    guard let pendingReload, pendingReload.deadline <= time else { return }
    pendingReload.kill()
    try refuse("The configuration was not read in time; nothing was changed.")
  }

  private func close(_ pendingReload: PolicyReload) {
    poller.remove(pendingReload.channel.fd)
    self.pendingReload = nil
  }

  private func refuse(_ text: String) throws {
    if let pendingReload { close(pendingReload) }
    try reply(.refused(text))
  }

  /// Installs the new table as a whole: every check comes before the first change.
  private func install(_ compiled: [CompiledEntry], text: JobDescriptors) throws {
    var fresh = specs
    let table: [SealedEntry]
    do {
      let remote = try mounts.remote()
      let executables = try compiled.map {
        try LauncherSetup.executable($0.policy.path, avoiding: remote)
      }
      for entry in compiled {
        try LauncherSetup.checkLimits(entry.policy)
        try LauncherSetup.checkDumpable(entry.policy)
      }
      table = try SandboxTable.seal(compiled, executables, on: sealed.host, &fresh)
      warmPool.addSpecs(fresh.count)
      for specIndex in specs.count..<fresh.count { try validate(specIndex, fresh) }
    } catch let refusal as LauncherSetup.Refusal {
      for specIndex in specs.count..<fresh.count { try retire(specIndex, &fresh) }
      specs = fresh
      return try reply(.refused(refusal.text))
    }
    // Launches queued for the old table are failed before its specs are retired.
    let waiting = warmPool.drainQueues() + drainMountQueues()
    try retireUnused(by: table, &fresh)
    specs = fresh
    generation += 1
    entries = table
    executables = ExecutableTable(table.map(\.executable))
    for entry in table { try reply(.inForce(entry.enforcement)) }
    try reply(.reloaded(generation: generation), with: text)
    try replyStates()
    try probeFresh()
    // Only now does the client know of the generation that took the place of theirs.
    for launch in waiting {
      try reply(.failed(launch.request.launchID, LaunchStepFailure(.retired, code: ESTALE)))
    }
  }

  /// Builds the root template of a new spec, and one sandbox from it.
  private func validate(_ specIndex: Int, _ fresh: SandboxSpecTable) throws {
    guard let spec = fresh.specs[specIndex] else { return }
    try sealed.factory.sendSpec(spec)
    try check(try delivery(of: specIndex), fresh.owners[specIndex])
    _ = warmPool.reserveMissing(specIndex)
    try sealed.factory.requestSandbox(specIndex)
    let made = try delivery(of: specIndex)
    _ = warmPool.deliver(made.sandbox, specIndex: specIndex)
    try check(made, fresh.owners[specIndex])
  }

  private func check(_ delivery: FactoryProcess.Delivery, _ owner: String) throws {
    guard let fault = delivery.reply.fault else { return }
    let refusal = FactoryProcess.Refusal(fault: fault, object: delivery.reply.object)
    throw LauncherSetup.Refusal(text: SandboxTable.refusalText(refusal, owner: owner))
  }

  /// The next reply about one spec; replies about others are handled as usual.
  private func delivery(of specIndex: Int) throws -> FactoryProcess.Delivery {
    while true {
      guard let delivery = try sealed.factory.receiveReply(waits: true) else { continue }
      if Int(delivery.reply.specIndex) == specIndex, !delivery.isOfMounter { return delivery }
      try handleDelivery(delivery)
    }
  }

  /// Retires the specs that no entry uses.
  private func retireUnused(by table: [SealedEntry], _ fresh: inout SandboxSpecTable) throws {
    let used = Set(table.compactMap(\.specIndex))
    for specIndex in 0..<fresh.count
    where fresh.specs[specIndex] != nil && !used.contains(specIndex) {
      try retire(specIndex, &fresh)
    }
  }

  private func retire(_ specIndex: Int, _ fresh: inout SandboxSpecTable) throws {
    guard fresh.specs[specIndex] != nil else { return }
    fresh.retire(specIndex)
    warmPool.retire(specIndex)
    retireMounter(specIndex)
    try sealed.factory.retireSpec(specIndex)
  }
}
