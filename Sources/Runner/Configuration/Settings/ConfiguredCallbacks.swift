/// How callbacks are delivered. All of it is taken at a reload. Defaults are those of
/// `SettingTable`.
package struct ConfiguredCallbacks: Hashable, Sendable {
  /// Where they may go, and nowhere else; nil for anywhere but a few special places.
  package var allow: [CallbackNetwork]?
  /// What they are signed with, each by itself.
  package var secrets: [CallbackSecret] = []
  /// On their way to one receiver at one time.
  package var perReceiver = 2
  /// From each failed try to the next.
  package var retryMilliseconds = [
    1000, 5000, 30_000, 120_000, 600_000, 3_600_000, 7_200_000, 14_400_000,
  ]
  /// After this no more tries are made.
  package var giveUpSeconds = 86_400

  /// Delivery as it is without a setting.
  package init() {}
}
