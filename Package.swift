// swift-tools-version: 6.3
import PackageDescription

/// One list for every Swift target, so that no floor is checked less than another.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

/// `_GNU_SOURCE` is set for the .c files only: the headers that Swift reads declare nothing but
/// fixed-width integers and our own structs, so no privileged call reaches Swift by accident.
let strictC: [CSetting] = [
  .define("_GNU_SOURCE"),
  .treatAllWarnings(as: .error),
  .enableWarning("all"),
  .enableWarning("extra"),
  .enableWarning("conversion"),
  .enableWarning("missing-prototypes"),
]

let package = Package(
  name: "http-runner",
  products: [
    .executable(name: "http-runner", targets: ["http-runner"]),
    .executable(name: "http-runner-launcher", targets: ["http-runner-launcher"]),
  ],
  targets: [
    // Floor 1: C. Names of system calls and the reference filter of the tests.
    .systemLibrary(
      name: "CSeccomp", path: "Sources/CSeccomp", pkgConfig: "libseccomp",
      providers: [.apt(["libseccomp-dev"])]),
    // Capabilities of processes and files, and their names.
    .systemLibrary(
      name: "CCapability", path: "Sources/CCapability", pkgConfig: "libcap",
      providers: [.apt(["libcap-dev"])]),
    // HTTP/1.1 server: embeddable, epoll, suspend and resume, takes a listening socket.
    .systemLibrary(
      name: "CMicroHTTPD", path: "Sources/CMicroHTTPD", pkgConfig: "libmicrohttpd",
      providers: [.apt(["libmicrohttpd-dev"])]),
    // HTTP client: the reference one, with time limits and TLS that is kept up to date.
    .systemLibrary(
      name: "CCurl", path: "Sources/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-gnutls-dev"])]),
    // Keyed hashes: loaded by the two above already.
    .systemLibrary(
      name: "CGnuTLS", path: "Sources/CGnuTLS", pkgConfig: "gnutls",
      providers: [.apt(["libgnutls28-dev"])]),
    // The embedded store: one file, durable, no server to run.
    .systemLibrary(
      name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]),
    // Client of PostgreSQL: loaded when a service asks for it, so only its header is needed here.
    .target(name: "CPostgreSQL", path: "Sources/CPostgreSQL", cSettings: strictC),
    // Kernel calls that Glibc's Swift overlay hides, and nothing else.
    .target(name: "CLinux", path: "Sources/CLinux", cSettings: strictC),
    // Clone, and everything between clone and exec.
    .target(name: "CLaunch", path: "Sources/CLaunch", cSettings: strictC),

    // Documents that the service serves, embedded from docs.
    .target(
      name: "CDocuments", path: "Sources/CDocuments", exclude: ["Dashboard"], cSettings: strictC),

    // What launcher and service share: descriptors, threads, errno, and a queue.
    .target(name: "SystemBase", path: "Sources/Base/System", swiftSettings: strict),

    // Bounds that launcher and service both hold, and what both call an entry.
    .target(name: "SharedBounds", path: "Sources/Base/Bounds", swiftSettings: strict),
    // Files that operators and users name, for the service and its client.
    .target(
      name: "FileBase", dependencies: ["SystemBase"], path: "Sources/Base/Files",
      swiftSettings: strict),

    // Digests of bytes, for the service and its client.
    .target(
      name: "DigestBase", dependencies: ["CGnuTLS"], path: "Sources/Base/Digests",
      swiftSettings: strict),

    // Addresses of networks and sockets, for the service alone.
    .target(name: "NetworkBase", path: "Sources/Base/Network", swiftSettings: strict),

    // Connections to PostgreSQL, with deadlines, for the store alone.
    .target(
      name: "PostgreSQLBase", dependencies: ["SystemBase", "CPostgreSQL"],
      path: "Sources/Base/PostgreSQL", swiftSettings: strict),

    // What all floors of the service share: JSON, base64 and command lines, over the standard
    // library alone. The launcher has none of it.
    .target(name: "TextFormats", path: "Sources/Base/Formats", swiftSettings: strict),

    // Floor 2: the launcher's world. Knows nothing of HTTP or jobs. First what launcher and service
    // share: policy as values, what the host offers, trusted paths, and the wire.
    .target(
      name: "SandboxBase",
      dependencies: ["SystemBase", "SharedBounds", "CLinux", "CLaunch", "CCapability"],
      path: "Sources/Sandbox/Base", swiftSettings: strict),

    // From the profiles' tables to filters, and to their listings. Not in the launcher.
    .target(
      name: "SandboxFilter", dependencies: ["SandboxBase", "SystemBase", "CSeccomp"],
      path: "Sources/Sandbox/Filter", swiftSettings: strict),

    // What runs as root from the seal on: launcher, factory, janitor, and the launch itself.
    .target(
      name: "SandboxLauncher",
      dependencies: ["SandboxBase", "SystemBase", "SharedBounds", "CLinux", "CLaunch"],
      path: "Sources/Sandbox/Launcher", swiftSettings: strict),

    // The service's end of the socket pair, and what its tools ask of the host.
    .target(
      name: "SandboxClient",
      dependencies: ["SandboxBase", "SystemBase", "SharedBounds", "CLinux", "CLaunch"],
      path: "Sources/Sandbox/Client", swiftSettings: strict),

    // How far a program has come, from what it prints: bytes in, numbers out.
    .target(
      name: "RunnerProgress", dependencies: ["TextFormats"], path: "Sources/Runner/Progress",
      swiftSettings: strict),

    // Floor 3: jobs, without kernel, clock or C.
    .target(
      name: "RunnerCore", dependencies: ["RunnerProgress", "SharedBounds", "TextFormats"],
      path: "Sources/Runner/Core",
      swiftSettings: strict),

    // Floor 4: what the core speaks to.
    .target(
      name: "RunnerCallbacks",
      dependencies: [
        "RunnerCore", "DigestBase", "NetworkBase", "SystemBase", "TextFormats", "CCurl",
      ],
      path: "Sources/Runner/Callbacks", swiftSettings: strict),

    .target(
      name: "RunnerStore",
      dependencies: [
        "RunnerCore", "DigestBase", "PostgreSQLBase", "SystemBase", "TextFormats", "CSQLite",
      ],
      path: "Sources/Runner/Store", swiftSettings: strict),

    // Who may ask for what: tokens and grants.
    .target(
      name: "RunnerAccess", dependencies: ["RunnerCore", "DigestBase", "TextFormats", "CGnuTLS"],
      path: "Sources/Runner/Access", swiftSettings: strict),

    // What the operator says, in a file or on the command line, as checked values.
    .target(
      name: "RunnerConfiguration",
      dependencies: [
        "RunnerCore", "RunnerProgress", "SandboxBase", "SandboxFilter", "NetworkBase",
        "TextFormats",
      ],
      path: "Sources/Runner/Configuration", swiftSettings: strict),

    // Floor 5: the client, which speaks to a service over HTTP.
    .target(
      name: "RunnerClient",
      dependencies: [
        "RunnerConfiguration", "DigestBase", "FileBase", "SystemBase", "TextFormats", "CLinux",
        "CCurl",
      ],
      path: "Sources/Runner/Client", swiftSettings: strict),

    // Floor 5: the only importer of libmicrohttpd.
    .target(
      name: "RunnerHTTP",
      dependencies: [
        "RunnerAccess", "RunnerCore", "NetworkBase", "SystemBase", "TextFormats", "CMicroHTTPD",
        "CDocuments", "CLinux",
      ],
      path: "Sources/Runner/HTTP", swiftSettings: strict),

    // Floor 6: the two programs.
    .target(
      name: "RunnerCommand",
      dependencies: [
        "SandboxBase", "SandboxFilter", "SandboxClient", "RunnerCore", "RunnerAccess",
        "RunnerCallbacks", "RunnerStore", "RunnerConfiguration", "RunnerHTTP", "RunnerClient",
        "RunnerProgress",
        "FileBase", "NetworkBase", "SharedBounds", "SystemBase", "TextFormats",
      ],
      path: "Sources/Runner/Command", swiftSettings: strict),
    .executableTarget(
      name: "http-runner", dependencies: ["RunnerCommand"], path: "Sources/Runner/Main",
      swiftSettings: strict),
    .executableTarget(
      name: "http-runner-launcher", dependencies: ["SandboxLauncher"], path: "Sources/Launcher",
      swiftSettings: strict),

    // Tests: one target a floor, the suite that runs the real programs, and the rules of the house.
    .target(name: "CTestSpawn", path: "Tests/Support/CTestSpawn", cSettings: strictC),
    .target(
      name: "TestSupport", dependencies: ["CTestSpawn"], path: "Tests/Support/TestSupport",
      swiftSettings: strict),
    // What tests of several floors need of the core.
    .target(
      name: "CoreTestSupport", dependencies: ["RunnerCore"], path: "Tests/Support/CoreTestSupport",
      swiftSettings: strict),
    // A fleet of nodes, by chance from a seed. A million steps are part of each run of the tests,
    // so it is optimised in every build.
    .target(
      name: "FleetSimulation", dependencies: ["RunnerCore"],
      path: "Tests/Support/FleetSimulation", swiftSettings: strict + [.unsafeFlags(["-O"])]),
    .testTarget(
      name: "SandboxTests",
      dependencies: [
        "SandboxBase", "SandboxFilter", "SandboxLauncher", "SandboxClient", "SharedBounds",
        "SystemBase", "CLaunch", "CSeccomp", "CCapability", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(name: "NetworkBaseTests", dependencies: ["NetworkBase"], swiftSettings: strict),
    .testTarget(name: "SystemBaseTests", dependencies: ["SystemBase"], swiftSettings: strict),
    .testTarget(
      name: "PostgreSQLBaseTests", dependencies: ["PostgreSQLBase", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "TextFormatsTests", dependencies: ["TextFormats"], swiftSettings: strict),
    .testTarget(
      name: "RunnerProgressTests", dependencies: ["RunnerProgress", "TextFormats"],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerCoreTests",
      dependencies: [
        "RunnerCore", "RunnerProgress", "SharedBounds", "TextFormats", "TestSupport",
        "CoreTestSupport", "FleetSimulation",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerCallbacksTests",
      dependencies: [
        "RunnerCallbacks", "RunnerCore", "NetworkBase", "CCurl", "CoreTestSupport", "SystemBase",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerAccessTests", dependencies: ["RunnerAccess", "RunnerCore", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerStoreTests",
      dependencies: [
        "RunnerStore", "RunnerCore", "PostgreSQLBase", "CSQLite", "CoreTestSupport", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerHTTPTests",
      dependencies: [
        "RunnerHTTP", "RunnerAccess", "RunnerCore", "RunnerProgress", "NetworkBase", "SystemBase",
        "CMicroHTTPD", "CoreTestSupport", "TestSupport", "TextFormats",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerConfigurationTests",
      dependencies: [
        "RunnerConfiguration", "RunnerCore", "RunnerProgress", "SandboxBase", "SandboxFilter",
        "TestSupport", "TextFormats",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerClientTests",
      dependencies: ["RunnerClient", "RunnerCore", "RunnerHTTP", "TextFormats"],
      swiftSettings: strict),
    .testTarget(
      name: "RunnerCommandTests",
      dependencies: [
        "RunnerCommand", "RunnerAccess", "RunnerConfiguration", "RunnerCore", "SandboxBase",
        "SandboxFilter", "SandboxClient", "SharedBounds", "SystemBase",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConfinementTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),

    // `make bench`: launches through the real launcher, timed.
    .executableTarget(
      name: "launch-bench",
      dependencies: ["SandboxBase", "SandboxFilter", "SandboxClient", "SharedBounds"],
      path: "Tests/Bench/LaunchBench",
      swiftSettings: strict),
  ]
)

// `make fuzz`: a build of its own, with the coverage that libFuzzer reads, so that no other build
// pays for it.
if Context.environment["HTTP_RUNNER_FUZZ"] != nil {
  package.targets += [
    .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "RunnerAccess", "RunnerCallbacks", "RunnerClient", "RunnerCommand", "RunnerConfiguration",
        "RunnerCore", "RunnerHTTP", "RunnerProgress", "SandboxBase", "SandboxLauncher",
        "NetworkBase", "SharedBounds", "TextFormats",
        "CFuzzer",
      ],
      path: "Tests/Fuzz/Targets", swiftSettings: strict),
  ]
}
