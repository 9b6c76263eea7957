internal import SandboxBase

/// A reply of the sandbox factory: one for each request but `retire`, in order, and one at its
/// start.
struct FactoryReply: Hashable {
  /// Descriptors that come with it, in this order, as bits.
  struct Contents: OptionSet, Hashable {
    let rawValue: UInt32
    static let initProcess = Contents(rawValue: 1)
    static let scratchRoot = Contents(rawValue: 2)
    static let ruleset = Contents(rawValue: 4)
    static let network = Contents(rawValue: 8)
    static let mounterProcess = Contents(rawValue: 16)
    static let mounterChannel = Contents(rawValue: 32)
    /// No descriptor: the reply is about a path mounter that could not be started.
    static let noMounter = Contents(rawValue: 64)
  }

  /// Index of the spec that it is about.
  let specIndex: UInt32
  /// The step at which building failed; nil if it did not.
  let fault: LaunchStepFailure?
  /// What the fault is about, for the operator.
  let object: String
  let contents: Contents

  static let bytesMax = 8 << 10

  init(
    specIndex: UInt32, fault: LaunchStepFailure? = nil, object: String = "", contents: Contents = []
  ) {
    self.specIndex = specIndex
    self.fault = fault
    self.object = object
    self.contents = contents
  }

  var bytes: [UInt8] {
    var writer = WireWriter()
    writer.u32(specIndex)
    writer.u32(fault?.step.rawValue ?? 0)
    writer.u32(UInt32(bitPattern: fault?.code ?? 0))
    writer.u32(fault?.index ?? 0)
    writer.string(String(decoding: object.utf8.prefix(4096), as: UTF8.self))
    writer.u32(contents.rawValue)
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes)
    let specIndex = try cursor.u32()
    let step = try cursor.u32()
    let code = Int32(bitPattern: try cursor.u32())
    let index = try cursor.u32()
    let object = try cursor.string("object", bytesMax: 4096)
    let contents = Contents(rawValue: try cursor.u32())
    try cursor.finish()
    var fault: LaunchStepFailure?
    if step != 0 {
      guard let known = LaunchStep(rawValue: step) else { throw .badValue("step") }
      fault = LaunchStepFailure(known, code: code, index: index)
    }
    self.init(specIndex: specIndex, fault: fault, object: object, contents: contents)
  }
}
