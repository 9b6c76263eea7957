internal import RunnerCommand

RunnerProgram.run(Array(CommandLine.arguments.dropFirst()))
