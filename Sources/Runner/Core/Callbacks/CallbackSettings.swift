/// The bounds of delivery that an operator may set.
package struct CallbackSettings: Hashable, Sendable {
  package var schedule = BackoffSchedule()
  /// Callbacks on their way to one receiver at one time.
  package var perReceiver = 2

  package init() {}
}
