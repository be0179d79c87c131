#include "completion.h"

namespace claviger::cli {
namespace {

// Names come from the server. bash puts candidates into the line as they are, so each is quoted.
constexpr std::string_view kBash = R"sh(# bash completion for claviger
# Load it with: source <(claviger completion bash)
_claviger() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -n $line ]] && COMPREPLY+=("$(printf '%q' "${line%%$'\t'*}")")
  done < <(claviger __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _claviger claviger
)sh";

constexpr std::string_view kZsh = R"sh(#compdef claviger
# zsh completion for claviger. Load it with: source <(claviger completion zsh)
_claviger() {
  local line
  local -a values texts
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    values+=("${line%%$'\t'*}")
    texts+=("${line/$'\t'/  }")
  done < <(claviger __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( ${#values} )); then
    compadd -l -d texts -a values
  else
    _files
  fi
}
if [[ ${funcstack[1]} == _claviger ]]; then
  _claviger "$@"
else
  compdef _claviger claviger
fi
)sh";

constexpr std::string_view kFish = R"sh(# fish completion for claviger
# Load it with: claviger completion fish | source
function __claviger_complete
    set -l words (commandline -opc) (commandline -ct)
    claviger __complete $words[2..-1] 2>/dev/null
end
complete -c claviger -a '(__claviger_complete)'
)sh";

}  // namespace

const std::vector<std::string>& shell_names() {
  static const std::vector<std::string> names = {"bash", "zsh", "fish"};
  return names;
}

std::string_view completion_script(std::string_view shell) {
  if (shell == "zsh") return kZsh;
  return shell == "fish" ? kFish : kBash;
}

}  // namespace claviger::cli
