/// A setting and the value that a file or the command line assigns to it.
package struct SettingAssignment: Hashable, Sendable {
  /// The setting that is given a value.
  package let setting: Setting
  /// Its value, which `setting.kind` has checked.
  package let value: SettingValue

  /// Assigns `value` to `setting`.
  package init(_ setting: Setting, _ value: SettingValue) {
    self.setting = setting
    self.value = value
  }

  /// Stores the value if the setting is one of the service; does nothing for one of entries.
  package func store(in service: inout ServiceSettings) {
    guard case .service(let store) = setting.store else { return }
    store(&service, value)
  }

  /// Stores the value if the setting is one of entries, and records its key as explicit; does
  /// nothing for one of the service.
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
