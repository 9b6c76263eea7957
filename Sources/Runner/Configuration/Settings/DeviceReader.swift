internal import SandboxBase

/// Reads the bounds of block devices.
enum DeviceReader {
  static let rateKeys = ["readBytes", "writeBytes", "readOperations", "writeOperations"]
  private static let numberMax = 1 << 20

  static func devices(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [CgroupLimits.Device]? {
    guard
      let elements = SettingKind.elements(node, key, SettingKind.devicesMax, &problems)
    else { return nil }
    var devices: [CgroupLimits.Device] = []
    for (index, element) in elements.enumerated() {
      let elementKey = "\(key)[\(index)]"
      guard let device = device(element, elementKey, &problems) else { continue }
      if devices.contains(where: { $0.major == device.major && $0.minor == device.minor }) {
        problems.add(element.position, elementKey, "This device is in the list already.")
      } else {
        devices.append(device)
      }
    }
    return devices
  }

  private static func device(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> CgroupLimits.Device? {
    guard
      let members = ObjectReader.members(node, key, keys: ["device"] + rateKeys, &problems)
    else { return nil }
    guard let name = members.first(where: { $0.key == "device" }) else {
      problems.add(node.position, "\(key).device", "It is missing: \"MAJOR:MINOR\", see lsblk(8).")
      return nil
    }
    guard var device = number(name.value) else {
      problems.add(
        name.value.position, "\(key).device", "It must be \"MAJOR:MINOR\", as lsblk(8) prints it.")
      return nil
    }
    for member in members where member.key != "device" {
      let kind =
        member.key.hasSuffix("Bytes") ? SettingKind.size(1...1 << 50) : .count(1...1_000_000_000)
      let value = kind.value(of: member.value, key: "\(key).\(member.key)", &problems)
      guard let bound = value?.bytes else { continue }
      switch member.key {
      case "readBytes": device.readBytes = bound
      case "writeBytes": device.writeBytes = bound
      case "readOperations": device.readOperations = bound
      default: device.writeOperations = bound
      }
    }
    guard members.count > 1 else {
      problems.add(
        node.position, key,
        "It bounds nothing. Add one of \(rateKeys.joined(separator: ", ")).")
      return nil
    }
    return device
  }

  private static func number(_ node: JSON5Node) -> CgroupLimits.Device? {
    guard case .text(let text) = node.content else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = NumberValue.digits(parts[0]),
      let minor = NumberValue.digits(parts[1]), major < numberMax, minor < numberMax
    else { return nil }
    return CgroupLimits.Device(major: UInt32(major), minor: UInt32(minor))
  }
}
