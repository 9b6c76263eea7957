/// A setting and the value that a file or the command line assigns to it.
package struct SettingAssignment: Hashable, Sendable {
  package let setting: Setting
  package let value: SettingValue

  package init(_ setting: Setting, _ value: SettingValue) {
    self.setting = setting
    self.value = value
  }

  package func store(in service: inout ServiceSettings) {
    guard case .service(let store) = setting.store else { return }
    store(&service, value)
  }

  package func store(in entry: inout EntrySettings) {
    guard case .entry(let store) = setting.store else { return }
    store(&entry, value)
    entry.explicitKeys.insert(setting.key)
  }

  package static func == (left: SettingAssignment, right: SettingAssignment) -> Bool {
    left.setting.key == right.setting.key && left.value == right.value
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(setting.key)
    hasher.combine(value)
  }
}
