internal import RunnerCore
internal import SandboxBase

extension SettingKind {
  /// What JSON Schema says of a value of this kind.
  var schema: [(String, JSONText?)] {
    switch self {
    case .flag: [("type", .text("boolean"))]
    case .count(let range): Self.integer(range)
    case .size(let range): [("anyOf", Self.either(range, "^[0-9]+[KMGkmg]?$"))]
    case .seconds(let range): [("anyOf", Self.either(range, "^[0-9]+[smhd]?$"))]
    case .hundredths(let range):
      [
        ("type", .text("number")), ("minimum", .hundredths(range.lowerBound)),
        ("maximum", .hundredths(range.upperBound)),
      ]
    case .text(let form): Self.text(form)
    case .texts(let form, let countMax) where form.mayRepeat:
      [
        ("type", .text("array")), ("items", .members(Self.text(form))),
        ("maxItems", .int(countMax)),
      ]
    case .texts(.capability, _): [("type", .text("array")), ("maxItems", .int(0))]
    case .texts(let form, let countMax): Self.set(of: .members(Self.text(form)), countMax)
    case .counts(let range, let countMax): Self.set(of: .members(Self.integer(range)), countMax)
    case .choice(let names): [("enum", .list(names.map { .text($0) }))]
    case .choices(let names):
      Self.set(of: .members([("enum", .list(names.map { .text($0) }))]), names.count)
    case .network: [("anyOf", Self.networkSchema)]
    case .inputOutput: Self.inputOutputSchema
    case .variables:
      [
        ("type", .text("object")),
        (
          "propertyNames",
          .members([("pattern", TextFormat.variableName.schemaPattern.map { .text($0) })])
        ),
        ("additionalProperties", .members([("type", .text("string"))])),
      ]
    case .pools:
      [
        ("type", .text("object")), ("maxProperties", .int(PoolReader.countMax)),
        (
          "propertyNames",
          .members([("pattern", TextFormat.poolName.schemaPattern.map { .text($0) })])
        ),
        ("additionalProperties", .members(PoolReader.slotsKind.schema)),
      ]
    case .patterns(let countMax): Self.set(of: .members([("type", .text("string"))]), countMax)
    case .sequences: Self.sequencesSchema
    case .principals: Self.principalsSchema
    case .commands: CommandSchema.members
    case .hooks: HookSchema.members
    }
  }

  private static func integer(_ range: ClosedRange<Int>) -> [(String, JSONText?)] {
    [
      ("type", .text("integer")), ("minimum", .int(range.lowerBound)),
      ("maximum", .int(range.upperBound)),
    ]
  }

  private static func either(_ range: ClosedRange<Int>, _ pattern: String) -> JSONText {
    .list([
      .members(integer(range)),
      .members([("type", .text("string")), ("pattern", .text(pattern))]),
    ])
  }

  private static func text(_ form: TextFormat) -> [(String, JSONText?)] {
    [("type", .text("string")), ("pattern", form.schemaPattern.map { .text($0) })]
  }

  private static func set(of items: JSONText, _ countMax: Int) -> [(String, JSONText?)] {
    [
      ("type", .text("array")), ("items", items), ("maxItems", .int(countMax)),
      ("uniqueItems", .bool(true)),
    ]
  }

  private static func object(_ properties: [(String, JSONText?)], needs: String?) -> JSONText {
    .members([
      ("type", .text("object")), ("properties", .members(properties)),
      ("required", needs.map { .list([.text($0)]) }), ("additionalProperties", .bool(false)),
    ])
  }

  private static var networkSchema: JSONText {
    let ports = JSONText.members(set(of: .members(integer(1...65_535)), portsMax))
    return .list([
      .members([("enum", .list(networkWords.map { .text($0) }))]),
      object([("connect", ports), ("bind", ports)], needs: nil),
    ])
  }

  private static var inputOutputSchema: [(String, JSONText?)] {
    let device = JSONText.members([
      ("type", .text("string")), ("pattern", .text("^[0-9]+:[0-9]+$")),
    ])
    let rates: [(String, JSONText?)] = DeviceReader.rateKeys.map { key in
      let kind: SettingKind =
        key.hasSuffix("Bytes") ? .size(1...1 << 50) : .count(1...1_000_000_000)
      return (key, .members(kind.schema))
    }
    return [
      ("type", .text("array")),
      ("items", object([("device", device)] + rates, needs: "device")),
      ("maxItems", .int(devicesMax)),
    ]
  }

  private static var principalsSchema: [(String, JSONText?)] {
    let text = JSONText.members([("type", .text("string")), ("pattern", .text("^[!-~]{1,253}$"))])
    let id = JSONText.members(integer(0...Int(UInt32.max) - 2))
    let members: [(String, JSONText?)] = [
      ("name", text), ("certificate", text), ("uid", id), ("gid", id),
      ("may", .members(PrincipalReader.scopeKind.schema)),
      ("entries", .members(SettingKind.texts(.argument, countMax: 1024).schema)),
      ("jobs", .members(PrincipalReader.visibilityKind.schema)),
    ]
    let bounds: [(String, JSONText?)] = PrincipalQuota.Member.allCases.map {
      ($0.rawValue, .members(PrincipalReader.kind(of: $0).schema))
    }
    return [
      ("type", .text("array")), ("items", object(members + bounds, needs: "name")),
      ("maxItems", .int(PrincipalReader.countMax)),
    ]
  }

  private static var sequencesSchema: [(String, JSONText?)] {
    let pattern = JSONText.members([("type", .text("string"))])
    let row = JSONText.members([
      ("type", .text("array")), ("items", pattern), ("minItems", .int(1)),
      ("maxItems", .int(ArgumentRules.sequenceMax)),
    ])
    return [
      ("type", .text("array")), ("items", .members([("anyOf", .list([pattern, row]))])),
      ("maxItems", .int(ArgumentRules.rowsMax)),
    ]
  }
}
