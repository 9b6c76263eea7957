import Testing
import TextFormats

/// Bytes as hexadecimal digits, and back.
struct HexadecimalTests {
  @Test func `what is written is read again`() {
    let bytes = (0...255).map { UInt8($0) }
    let text = Hexadecimal.text(of: bytes)
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
    #expect(Hexadecimal.bytes(of: Array(text.utf8)[...]) == bytes)
  }

  @Test(arguments: ["0", "0g", "0A", "+1", " 1", "000"])
  func `anything else is nothing`(text: String) {
    #expect(Hexadecimal.bytes(of: Array(text.utf8)[...]) == nil)
  }
}
