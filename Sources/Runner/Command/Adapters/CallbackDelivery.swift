internal import NetworkBase
internal import RunnerCallbacks
internal import RunnerConfiguration
internal import RunnerCore

/// Wires callback delivery: the dispatcher over the outbox, and the sender over libcurl.
struct CallbackDelivery: Sendable {
  let dispatcher: CallbackDispatcher
  private let sender: CallbackSender
  /// The service's own endpoints, which callbacks must not reach.
  private let listening: [SocketAddress]

  init(
    _ service: ServiceSettings, listening: [SocketAddress], _ state: JobStorage, _ log: ServiceLog,
    _ metrics: any Metrics
  ) {
    self.listening = listening
    sender = CallbackSender(
      Self.policy(service.callbacks, listening),
      spool: CallbackSpool(openFile: state.openUnnamedFile), log: log)
    dispatcher = CallbackDispatcher(
      Self.settings(service.callbacks), store: state.store, sender: sender, clock: SystemClock(),
      log: log, metrics: metrics, drainsAtStop: service.stateFolder == nil)
  }

  /// Starts the sending thread and the dispatcher, which resumes deliveries of an earlier process.
  func start() throws(CurlFailure) {
    try sender.start()
    Task { await dispatcher.start() }
  }

  /// Applies the callback settings of a reload.
  func use(_ callbacks: ConfiguredCallbacks) async {
    sender.use(Self.policy(callbacks, listening))
    await dispatcher.reconfigure(Self.settings(callbacks))
  }

  private static func policy(
    _ callbacks: ConfiguredCallbacks, _ listening: [SocketAddress]
  ) -> CallbackPolicy {
    let rules = callbacks.allow?.compactMap { network in
      NetworkAddress(bytes: network.bytes).map {
        AddressRule($0, prefix: network.prefix, ports: network.ports)
      }
    }
    return CallbackPolicy(
      addresses: AddressRules(allowed: rules, listening: listening),
      secrets: callbacks.secrets.compactMap { WebhookSecret($0.bytes) })
  }

  private static func settings(_ callbacks: ConfiguredCallbacks) -> CallbackSettings {
    var settings = CallbackSettings()
    settings.perReceiver = callbacks.perReceiver
    settings.schedule.delays = callbacks.retryMilliseconds.map { Double($0) / 1000 }
    settings.schedule.giveUpSeconds = Double(callbacks.giveUpSeconds)
    return settings
  }
}
