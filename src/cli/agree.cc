#include "agree.h"

#include <fmt/format.h>

namespace claviger::cli {

Result<Answer> agree(Context& context, const About& about, std::string_view effect,
                     const ChangeOptions& options) {
  if (context.prints_requests() || options.is_dry_run) return Answer::kYes;
  Session* session = TRY(context.session());
  const auto sentence = about(*session);
  // Who may stop a thing, but not see it, stops it unseen; the server has the last word.
  if (!sentence && options.is_agreed) return Answer::kYes;
  if (!sentence) return fail(sentence.error());
  Console& console = context.console();
  console.note(*sentence);
  if (options.is_agreed) return Answer::kYes;
  const Answer answer =
      TRY(console.confirm(fmt::format("This {}. Go on?", effect), "add --yes if you mean it"));
  if (answer == Answer::kNo) console.note("Nothing was changed.");
  return answer;
}

Argument yes_argument(ChangeOptions& options) {
  return {.name = "--yes", .help = "do not ask", .target = &options.is_agreed};
}

std::string counted(long long number, std::string_view word) {
  return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

}  // namespace claviger::cli
