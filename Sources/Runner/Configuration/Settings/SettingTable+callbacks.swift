extension SettingTable {
  /// Delivery of callbacks; a reload takes all of it.
  static let callbacks: [Setting] = [
    .service(
      "callbacks.allow", .texts(.network, countMax: 256),
      defaultDescription: "anywhere but special addresses",
      "Networks and ports that callbacks may go to, and nowhere else",
      example: #"["10.0.0.0/8:8080-8099", "[fd00::/8]:443"]"#
    ) { (settings, value) in
      settings.callbacks.allow = value.texts.map { text in
        checked { () throws(ValueError) in try CallbackNetwork(text) }
      }
    },
    .service(
      "callbacks.secrets", .texts(.secret, countMax: 4),
      defaultDescription: "callbacks are not signed",
      "Keys that callbacks are signed with; two while receivers change from one to the other",
      example: #"["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]"#
    ) { (settings, value) in
      settings.callbacks.secrets = value.texts.map { text in
        checked { () throws(ValueError) in try CallbackSecret(text) }
      }
    },
    .service(
      "callbacks.perReceiver", .count(1...64), defaultValue: "2",
      "Callbacks on their way to one receiver at one time", example: "4"
    ) { $0.callbacks.perReceiver = $1.number },
    .service(
      "callbacks.retries", .texts(.wait, countMax: 20),
      defaultValue: #"["1s", "5s", "30s", "2m", "10m", "1h", "2h", "4h"]"#,
      "Waits between tries, each a fifth longer or shorter by chance; then it is given up",
      example: #"["10s", "10s", "1m", "1h"]"#
    ) { (settings, value) in
      settings.callbacks.retryMilliseconds = value.texts.map { text in
        checked { () throws(ValueError) in try WaitValue.parse(text) }
      }
    },
    .service(
      "callbacks.giveUpAfter", .seconds(60...2_592_000), defaultValue: #""24h""#,
      "How long a callback is owed at most; its job is kept as long", example: #""6h""#
    ) { $0.callbacks.giveUpSeconds = $1.number },
  ]

  /// What was checked before it is stored.
  static func checked<Value>(_ value: () throws(ValueError) -> Value) -> Value {
    do throws(ValueError) {
      return try value()
    } catch {
      preconditionFailure("a value is checked before it is stored: \(error.why)")
    }
  }
}
