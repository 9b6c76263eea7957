/// Something that happened and that an operator may want to know: a sentence for people, a name and
/// fields for programs.
package struct LogEvent: Hashable, Sendable {
  /// Severity of the event.
  package let level: LogLevel
  /// What kind of event it is, the same for all of its kind: subject and event in lower case with a
  /// dot between, for instance `store.damaged`. Stays when the sentence changes.
  package let name: String
  /// What happened, to what, and what to do. May hold any bytes that a client sent: who writes it
  /// to a terminal or to a file of lines strips the control characters.
  package let sentence: String
  /// Details of the event for programs.
  package let fields: LogFields

  /// An event with its severity, name and sentence; by default without fields.
  package init(_ level: LogLevel, _ name: String, _ sentence: String, _ fields: LogFields = [:]) {
    self.level = level
    self.name = name
    self.sentence = sentence
    self.fields = fields
  }
}
