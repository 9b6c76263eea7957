internal import RunnerCore
import TextFormats

/// Reads the secret of a hook: how calls are proven by it, and its file. The secret itself never
/// stands in the configuration.
enum HookSecretReader {
  static let keys =
    ["scheme", "field", "file"] + PrincipalQuota.Member.allCases.map(\.rawValue)
  static let schemes = ["hub", "standard", "field"]

  static func proof(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> HookCredential? {
    guard let members = ObjectReader.members(node, key, keys: keys, &problems) else { return nil }
    let text = { (name: String) -> String? in
      guard let member = members.first(where: { $0.key == name }),
        case .text(let text) = member.value.content
      else { return nil }
      return text
    }
    guard let name = text("scheme"), schemes.contains(name) else {
      problems.add(
        node.position, "\(key).scheme",
        "It is \"hub\" (X-Hub-Signature-256), \"standard\" (Standard Webhooks) or \"field\" (the "
          + "secret itself in a header field).")
      return nil
    }
    guard let file = text("file").flatMap(Self.file) else {
      problems.add(
        node.position, "\(key).file",
        "It is the absolute path of a file with the secret, or credential:NAME.")
      return nil
    }
    let named = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
    guard let quota = PrincipalReader.quota(named, key, &problems) else { return nil }
    guard name == "field" else {
      guard text("field") == nil else {
        problems.add(node.position, "\(key).field", "It is for the scheme \"field\" alone.")
        return nil
      }
      return HookCredential(name == "hub" ? .hub : .standard, file: file, quota: quota)
    }
    guard let field = text("field"), HookCredential.isField(field) else {
      problems.add(
        node.position, "\(key).field",
        "It is the name of a header field that begins with X-, as X-Webhook-Token, and has no "
          + "other meaning here.")
      return nil
    }
    return HookCredential(.field(field.lowercased()), file: file, quota: quota)
  }

  private static func file(_ text: String) -> String? {
    do throws(ValueError) {
      return try TextFormat.file.checked(text)
    } catch {
      return nil
    }
  }
}
