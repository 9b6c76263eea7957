internal import Glibc
internal import SandboxLauncher

exit(LauncherProgram.run(Array(CommandLine.arguments.dropFirst())))
