import RunnerCore
import Testing

@testable import RunnerConfiguration

/// How a listener is written, and what each takes.
struct ConfiguredListenerTests {
  @Test(arguments: [
    ("192.0.2.7:9000", "192.0.2.7:9000"), ("[::1]:0", "[::1]:0"),
    ("unix:/run/a/api.sock,owner=root,group=media,mode=660", "unix:/run/a/api.sock"),
    ("systemd:api,plain,auth=token+certificate", "systemd:api"),
  ])
  func `a listener is read`(text: String, place: String) throws {
    #expect(try ConfiguredListener(text).placeText == place)
  }

  @Test func `its words are read`() throws {
    let file = try ConfiguredListener("unix:/a,owner=0,group=media,mode=0660,auth=peer")
    #expect(file.owner == "0" && file.group == "media" && file.mode == 0o660)
    #expect(file.methods == [.peer])
    #expect(try ConfiguredListener("127.0.0.1:1,tls").isEncrypted == true)
    #expect(try ConfiguredListener("127.0.0.1:1,plain").isEncrypted == false)
    #expect(try ConfiguredListener("127.0.0.1:1").isEncrypted == nil)
  }

  @Test(arguments: [
    ("", "none of ADDRESS:PORT"), ("9000", "none of ADDRESS:PORT"), ("localhost:1", "numeric"),
    ("::1:9000", "brackets"), ("1.2.3.4:65536", "none of"), ("[::1]", "none of"),
    ("unix:run", "not absolute"), ("unix:/" + String(repeating: "a", count: 107), "107 bytes"),
    ("systemd:", "FileDescriptorName"), ("systemd:a:b", "FileDescriptorName"),
    ("127.0.0.1:1,", "none of tls"), ("127.0.0.1:1,mode=660", "octal"),
    ("unix:/a,mode=1777", "octal"), ("unix:/a,mode=8", "octal"),
    ("127.0.0.1:1,owner=root", "unix: alone"), ("127.0.0.1:1,auth=", "joined by +"),
    ("127.0.0.1:1,auth=none+token", "asks for nothing"), ("127.0.0.1:1,auth=cookie", "cookie"),
  ])
  func `what is no listener is refused`(text: String, why: String) {
    do throws(ValueError) {
      _ = try ConfiguredListener(text)
      Issue.record("\(text) is taken")
    } catch {
      #expect(error.why.contains(why), "\(error.why)")
    }
  }

  private static let tls = "tlsCertificate: '/a/c', tlsKey: '/a/k'"

  @Test(
    arguments: [
      ("tokens: '/a/t'", "127.0.0.1:1", [.token, .session]), ("", "127.0.0.1:1", [.none]),
      ("", "unix:/a", [.none]), ("tokens: '/a/t'", "unix:/a", [.token, .session]),
      (tls + ", tlsClientCA: '/a/ca'", "192.0.2.7:1", [.certificate]),
      (
        tls + ", tlsClientCA: '/a/ca', tokens: '/a/t'", "192.0.2.7:1",
        [.certificate, .token, .session]
      ),
      ("tokens: '/a/t', principals: [{name: 'a', uid: 1}]", "unix:/a", [.token, .session, .peer]),
      ("tokens: '/a/t', principals: [{name: 'a', uid: 1}]", "127.0.0.1:1", [.token, .session]),
      ("tokens: '/a/t'", "127.0.0.1:1,auth=none", [.none]),
    ] as [(String, String, Set<ConfiguredListener.Method>)])
  func `unless it says so, a listener takes each way that is set up`(
    service: String, listener: String, methods: Set<ConfiguredListener.Method>
  ) throws {
    let text = "{service: {listen: ['\(listener)'], \(service)}, entries: {a: {path: '/bin/a'}}}"
    let settings = try ConfigurationFixture.configuration(text).service
    #expect(settings.methods(of: settings.listeners[0]) == methods)
  }

  @Test(arguments: [
    ("listen: ['192.0.2.7:1']", "nothing asks them who they are"),
    ("listen: ['192.0.2.7:1,auth=none'], tokens: '/a/t'", "nothing asks them who they are"),
    ("listen: ['192.0.2.7:1'], tokens: '/a/t'", "plain HTTP"),
    ("listen: ['192.0.2.7:1,plain'], tokens: '/a/t', \(tls)", "plain HTTP"),
    ("listen: ['127.0.0.1:1', '[::]:1'], tokens: '/a/t'", "[::]:1"),
    ("listen: ['192.0.2.7:1'], \(tls)", "nothing asks them who they are"),
    ("listen: ['127.0.0.1:1,tls']", "no certificate"),
    ("listen: ['127.0.0.1:1,auth=token']", "auth=token needs a token file"),
    ("listen: ['127.0.0.1:1,auth=session']", "auth=session needs a token file"),
    ("listen: ['127.0.0.1:1,auth=certificate'], \(tls)", "needs TLS and tlsClientCA"),
    ("listen: ['127.0.0.1:1,auth=peer']", "unix: alone"),
    ("listen: ['127.0.0.1:1'], principals: [{name: 'a', uid: 1}]", "no way to be known"),
    ("listen: ['127.0.0.1:1'], port: 8080", "not used beside listen"),
    ("tlsCertificate: '/a/c'", "together"), ("tlsClientCA: '/a/c'", "over TLS only"),
    ("\(tls), tlsClientCRL: '/a/c'", "none is given"),
  ])
  func `what is not safe to serve is refused with the line to type`(service: String, why: String) {
    let text = "{service: {\(service)}, entries: {a: {path: '/bin/a'}}}"
    let problems = ConfigurationFixture.refusal(text)?.problems ?? []
    #expect(problems.contains { $0.text.contains(why) && $0.text.contains("--") }, "\(problems)")
  }

  @Test(arguments: [
    "listen: ['192.0.2.7:1'], tokens: '/a/t', \(tls)",
    "listen: ['192.0.2.7:1'], tlsClientCA: '/a/ca', \(tls)",
    "listen: ['192.0.2.7:1,plain'], tokens: '/a/t', plainHTTP: true",
    "listen: ['192.0.2.7:1'], insecureNoAuth: true", "listen: ['systemd:api']",
  ])
  func `what is safe is taken`(service: String) {
    let text = "{service: {\(service)}, entries: {a: {path: '/bin/a'}}}"
    #expect(ConfigurationFixture.refusal(text) == nil)
  }

  @Test(arguments: [
    ("{name: 'a'}", "one of certificate, uid and gid"),
    ("{name: 'a', uid: 1, gid: 2}", "one of certificate, uid and gid"),
    ("{name: 'a b', uid: 1}", "without spaces"), ("{uid: 1}", "without spaces"),
    ("{name: 'a', uid: -1}", "0"), ("{name: 'a', uid: 1, may: ['all']}", "none of these"),
    ("{name: 'a', uid: 1, jobs: 'some'}", "none of these"),
    ("{name: 'a', uid: 1, grants: 1}", "no such key"),
    ("{name: 'a', uid: 1}, {name: 'b', uid: 1}", "same"),
    ("{name: 'a', uid: 1, running: 0}", "from 1 to 4096"),
    ("{name: 'a', uid: 1, kept: 5}", "from 1048576"),
    ("{name: 'a', uid: 1, running: 2}, {name: 'a', gid: 1}", "another quota"),
  ])
  func `a principal that says nothing clear is refused`(principals: String, why: String) {
    let text =
      "{service: {principals: [\(principals)], tokens: '/a/t'}, entries: {a: {path: '/bin/a'}}}"
    let problems = ConfigurationFixture.refusal(text)?.problems ?? []
    #expect(problems.contains { $0.text.contains(why) }, "\(problems)")
  }

  @Test func `a principal has the grant of a token, with the same defaults`() throws {
    let text = """
      {service: {tokens: '/a/t', principals: [
        {name: 'a', gid: 5},
        {name: 'b', certificate: 'B.lan', may: ['read'], entries: ['x'], jobs: 'all'},
        {name: 'c', uid: 7, running: 2, queued: 0, kept: '20G', submissions: 60},
      ]}, entries: {a: {path: '/bin/a'}}}
      """
    let principals = try ConfigurationFixture.configuration(text).service.principals
    #expect(
      principals == [
        ConnectedPrincipal(
          name: "a", key: .gid(5),
          grant: AccessGrant(scopes: [.submit, .read, .cancel], entries: .all, jobs: .own)),
        ConnectedPrincipal(
          name: "b", key: .certificate("b.lan"),
          grant: AccessGrant(scopes: [.read], entries: .named(["x"]), jobs: .all)),
        ConnectedPrincipal(
          name: "c", key: .uid(7),
          grant: AccessGrant(
            scopes: [.submit, .read, .cancel], entries: .all, jobs: .own,
            quota: PrincipalQuota([.running: 2, .queued: 0, .kept: 20 << 30, .submissions: 60]))),
      ])
  }
}
