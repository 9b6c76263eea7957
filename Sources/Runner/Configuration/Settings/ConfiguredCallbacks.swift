/// How callbacks are delivered. All of it is taken at a reload. Defaults are those of
/// `SettingTable`.
package struct ConfiguredCallbacks: Hashable, Sendable {
  /// Networks that they may go to, and no others; nil for all but special-purpose ones.
  package var allow: [CallbackNetwork]?
  /// Keys that they are signed with, each by itself, at most 4; without any they are not signed.
  package var secrets: [CallbackSecret] = []
  /// Deliveries to one receiver at one time, 1 to 64.
  package var perReceiver = 2
  /// Milliseconds from each failed attempt to the next, 10 to 86,400,000; at most 20 of them.
  package var retryMilliseconds = [
    1000, 5000, 30_000, 120_000, 600_000, 3_600_000, 7_200_000, 14_400_000,
  ]
  /// Seconds after which no more attempts are made, 60 to 2,592,000.
  package var giveUpSeconds = 86_400

  /// Delivery as it is without a setting.
  package init() {}
}
