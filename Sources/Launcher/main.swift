internal import Glibc
internal import Sandbox

exit(LauncherProgram.run(Array(CommandLine.arguments.dropFirst())))
