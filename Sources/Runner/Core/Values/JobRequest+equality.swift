// Requests are the same when their texts are the same bytes. The equality of String is canonical
// equivalence (Unicode, section 3.7), and to a program two spellings of one character, such as K
// and the Kelvin sign or the two forms of é, are two arguments. What has the same bytes has the
// same hash, so `hash(into:)` is the synthesized one.
extension JobRequest {
  package static func == (left: JobRequest, right: JobRequest) -> Bool {
    left.command.hasSameBytes(as: right.command)
      && left.arguments.elementsEqual(right.arguments) { $0.hasSameBytes(as: $1) }
      && left.rawArguments == right.rawArguments
      && (left.callback ?? "").hasSameBytes(as: right.callback ?? "")
      && (left.callback == nil) == (right.callback == nil) && left.demands == right.demands
      && left.labels == right.labels && left.priority == right.priority
      && left.stdin == right.stdin && left.deadline == right.deadline
      && left.schedule == right.schedule && left.isCallbackSlim == right.isCallbackSlim
  }
}

extension JobDemands.Variable {
  package static func == (left: Self, right: Self) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.value.hasSameBytes(as: right.value)
  }
}

extension JobLabel {
  package static func == (left: JobLabel, right: JobLabel) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.value.hasSameBytes(as: right.value)
  }
}

extension String {
  fileprivate func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
