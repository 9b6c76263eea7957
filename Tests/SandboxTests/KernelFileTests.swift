import SandboxBase
import Testing

/// Which files and links of /sys a launcher makes in a tree.
struct KernelFileTests {
  private static func text(_ path: String) -> KernelFile {
    KernelFile(path: path, content: .text(""))
  }

  @Test(arguments: [
    "/sys/class/drm", "/sys/devices/a/b:c", "/sys/dev/char/226:128", "/sys/a..b",
  ])
  func `a path beneath /sys is made`(path: String) {
    #expect(KernelFile.areConfined([Self.text(path)]))
  }

  @Test(arguments: [
    "/sys", "/sys/", "/etc/passwd", "sys/a", "/sys/../etc/passwd", "/sys/a/..", "/sys/./a",
    "/sys//a", "/sysfs/a", "",
  ])
  func `no other is`(path: String) {
    #expect(!KernelFile.areConfined([Self.text(path)]))
  }

  @Test func `nothing is made through a link, nor at a path twice`() {
    let link = KernelFile(path: "/sys/a", content: .link("../../etc"))
    #expect(KernelFile.areConfined([link, Self.text("/sys/ab")]))
    for order in [[link, Self.text("/sys/a/b/c")], [Self.text("/sys/a/b/c"), link]] {
      #expect(!KernelFile.areConfined(order))
    }
    #expect(!KernelFile.areConfined([link, Self.text("/sys/a")]))
    // The mark joins with the slash before it into one character of a text.
    for target in ["/etc", "/\u{301}etc"] {
      #expect(!KernelFile.areConfined([KernelFile(path: "/sys/a", content: .link(target))]))
    }
  }

  @Test func `more than a message has room for are none`() {
    let many = (0...KernelFile.countMax).map { Self.text("/sys/\($0)") }
    #expect(!KernelFile.areConfined(many))
    #expect(KernelFile.areConfined(Array(many.dropLast())))
  }
}
