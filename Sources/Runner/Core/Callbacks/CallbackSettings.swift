/// Limits of delivery that an operator may set.
package struct CallbackSettings: Hashable, Sendable {
  /// Delays between the attempts of one delivery, and the age at which it is given up.
  package var schedule = BackoffSchedule()
  /// Number of deliveries in flight to one receiver at one time.
  package var perReceiver = 2

  /// The default settings.
  package init() {}
}
