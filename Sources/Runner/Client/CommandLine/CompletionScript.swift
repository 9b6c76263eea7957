/// Completions of commands and their options for a shell, made of the table of `ClientCommand`.
package struct CompletionScript: Sendable {
  /// Shells that there are completions for.
  package enum Dialect: String, CaseIterable, Sendable {
    case bash, zsh, fish
  }

  /// Words of the service's own command line, for the first word.
  private let subcommands: [(name: String, summary: String)]

  /// - Parameter subcommands: those of the service, each with its summary.
  package init(subcommands: [(name: String, summary: String)]) {
    self.subcommands = subcommands
  }

  private var words: [(name: String, summary: String)] {
    subcommands + ClientCommand.allCases.map { ($0.rawValue, $0.summary) }
  }

  /// The script, with a line feed at its end.
  package func text(_ dialect: Dialect) -> String {
    switch dialect {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  private var bash: String {
    let cases = ClientCommand.allCases.map { command in
      let options = command.options.map { "--\($0.name)" }.joined(separator: " ")
      return "    \(command.rawValue)) words='\(options) --help' ;;"
    }
    let files = Self.fileOptions.map { "--\($0)" }.joined(separator: "|")
    return """
      # Completions of http-runner for bash: http-runner completions bash
      _http_runner() {
        local word=${COMP_WORDS[COMP_CWORD]} words=
        COMPREPLY=()
        case ${COMP_WORDS[COMP_CWORD-1]} in
          \(files)) COMPREPLY=($(compgen -f -- "$word")); return ;;
        esac
        if [ "$COMP_CWORD" -eq 1 ]; then
          words='\(words.map(\.name).joined(separator: " "))'
        else
          case ${COMP_WORDS[1]} in
      \(cases.joined(separator: "\n"))
          esac
        fi
        COMPREPLY=($(compgen -W "$words" -- "$word"))
      }
      complete -o default -F _http_runner http-runner

      """
  }

  private var zsh: String {
    let commands = words.map { "    '\($0.name):\(Self.quoted($0.summary))'" }
    let cases = ClientCommand.allCases.map { command in
      let options = command.options.map { option in
        let help = Self.quoted(option.help.filter { !"[]".contains($0) })
        let value =
          option.placeholder.map { ":\($0):" + ($0 == "FILE" ? "_files" : "") } ?? ""
        return " '\(option.isRepeatable ? "*" : "")--\(option.name)[\(help)]\(value)'"
      }
      return "    \(command.rawValue)) _arguments\(options.joined()) '*:: :_files' ;;"
    }
    return """
      #compdef http-runner
      # Completions of http-runner for zsh: http-runner completions zsh
      local -a commands=(
      \(commands.joined(separator: "\n"))
      )
      if (( CURRENT == 2 )); then
        _describe command commands
      else
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        case $command in
      \(cases.joined(separator: "\n"))
        esac
      fi

      """
  }

  private var fish: String {
    var lines = [
      "# Completions of http-runner for fish: http-runner completions fish",
      "complete -c http-runner -n __fish_use_subcommand -f",
    ]
    for word in words {
      lines.append(
        "complete -c http-runner -n __fish_use_subcommand -f -a \(word.name) "
          + "-d '\(Self.quoted(word.summary))'")
    }
    for command in ClientCommand.allCases {
      for option in command.options {
        let value = option.placeholder.map { $0 == "FILE" ? " -r -F" : " -x" } ?? " -f"
        lines.append(
          "complete -c http-runner -n '__fish_seen_subcommand_from \(command.rawValue)'\(value) "
            + "-l \(option.name) -d '\(Self.quoted(option.help))'")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Options whose value is a file.
  private static let fileOptions = ClientOption.connection.filter { $0.placeholder == "FILE" }
    .map(\.name)

  /// Within apostrophes, with a typographic one in the place of each: no shell lets a plain one
  /// stand there the same way.
  private static func quoted(_ text: String) -> String { text.replacing("'", with: "\u{2019}") }
}
