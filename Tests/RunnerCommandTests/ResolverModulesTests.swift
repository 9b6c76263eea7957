import Testing

@testable import RunnerCommand

/// Which modules of the C library's resolver are loaded before the service is confined.
struct ResolverModulesTests {
  @Test(arguments: [
    ("hosts: files dns", ["files", "dns"]),
    (
      "passwd: files\nhosts:\tfiles mymachines resolve [!UNAVAIL=return] dns # mdns4",
      ["files", "mymachines", "resolve", "dns"]
    ),
    ("hosts: ../../tmp/evil dns", ["dns"]), ("hosts:", []),
    ("passwd: files\r\nhosts: files dns\r", ["files"]), ("", []), ("# hosts: dns", []),
  ])
  func `the services of the database of hosts are found`(text: String, names: [String]) {
    #expect(ResolverModules.names(in: text) == names)
  }
}
