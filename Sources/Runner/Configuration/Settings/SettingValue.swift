package import RunnerCore
package import SandboxBase

/// A value that its setting has accepted.
package enum SettingValue: Hashable, Sendable {
  case flag(Bool)
  /// A count, bytes, seconds or hundredths.
  case number(Int)
  case text(String)
  case texts([String])
  case numbers([Int])
  case network(NetworkGrant)
  case devices([CgroupLimits.Device])
  case variables([EnvironmentRule.Variable])
  case sequences([[ArgumentPattern]])
  case patterns([ArgumentPattern])
  case principals([ConnectedPrincipal])
  case pools([EntryPool])
  case commands([EntryCommand])
  case hooks([EntryHook])

  // What a row of the table stores is what its kind reads: a test sets every row once.

  var flag: Bool {
    guard case .flag(let value) = self else { preconditionFailure("\(self) is no flag") }
    return value
  }

  var number: Int {
    guard case .number(let value) = self else { preconditionFailure("\(self) is no number") }
    return value
  }

  var bytes: UInt64 { UInt64(number) }

  var text: String {
    guard case .text(let value) = self else { preconditionFailure("\(self) is no text") }
    return value
  }

  var texts: [String] {
    guard case .texts(let values) = self else { preconditionFailure("\(self) has no texts") }
    return values
  }

  var numbers: [Int] {
    guard case .numbers(let values) = self else { preconditionFailure("\(self) has no numbers") }
    return values
  }

  var network: NetworkGrant {
    guard case .network(let grant) = self else { preconditionFailure("\(self) is no grant") }
    return grant
  }

  var devices: [CgroupLimits.Device] {
    guard case .devices(let devices) = self else { preconditionFailure("\(self) is no bounds") }
    return devices
  }

  var variables: [EnvironmentRule.Variable] {
    guard case .variables(let list) = self else { preconditionFailure("\(self) is no variables") }
    return list
  }

  var principals: [ConnectedPrincipal] {
    guard case .principals(let rows) = self else { preconditionFailure("\(self) is no principals") }
    return rows
  }

  var pools: [EntryPool] {
    guard case .pools(let list) = self else { preconditionFailure("\(self) is no pools") }
    return list
  }

  var commands: [EntryCommand] {
    guard case .commands(let list) = self else { preconditionFailure("\(self) is no commands") }
    return list
  }

  var hooks: [EntryHook] {
    guard case .hooks(let list) = self else { preconditionFailure("\(self) is no hooks") }
    return list
  }

  var patterns: [ArgumentPattern] {
    guard case .patterns(let list) = self else { preconditionFailure("\(self) is no patterns") }
    return list
  }

  var sequences: [[ArgumentPattern]] {
    guard case .sequences(let rows) = self else { preconditionFailure("\(self) is no sequences") }
    return rows
  }
}
