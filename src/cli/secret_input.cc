#include "secret_input.h"

#include "file.h"

#include <fmt/format.h>

namespace claviger::cli {
namespace {

constexpr std::size_t kMostBytes = 8192;  // as the API takes

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

/// One line, without its end.
Result<Secret> one_line(std::string&& text, std::string_view question) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  Secret secret(std::move(text));
  const std::string_view line = secret.reveal();
  if (line.empty()) return fail(invalid(fmt::format("{}: nothing was given.", question)));
  if (line.find('\n') != std::string_view::npos)
    return fail(invalid(fmt::format("{}: one line was expected, and there are more.", question)));
  return secret;
}

}  // namespace

Result<Secret> read_secret(Context& context, std::string_view question) {
  const Environment& environment = context.environment();
  if (environment.in_is_terminal)
    return context.console().ask_secret(question, "give it on standard input");
  std::string text(kMostBytes + 1, '\0');
  environment.in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(environment.in.gcount()));
  if (text.size() > kMostBytes)
    return fail(invalid(fmt::format("{}: more than {} bytes.", question, kMostBytes)));
  return one_line(std::move(text), question);
}

Result<Secret> read_secret_file(Context& context, const std::string& path,
                                std::string_view question) {
  if (path == "-") return read_secret(context, question);
  std::optional<std::string> text = TRY(read_file(path, kMostBytes));
  if (!text) return fail(invalid(fmt::format("The file {} does not exist.", path)));
  return one_line(*std::move(text), question);
}

Result<Secret> ask_new_password(Context& context, std::string_view question,
                                std::string_view instead) {
  Console& console = context.console();
  Secret first = TRY(console.ask_secret(question, instead));
  const Secret second = TRY(console.ask_secret("The same again", instead));
  if (!equal_in_constant_time(first.reveal(), second.reveal()))
    return fail(invalid("The two passwords differ."));
  return first;
}

Result<Secret> read_secret(Context& context, const SecretSource& source,
                           std::string_view question) {
  if (source.file && !source.dash.empty())
    return fail(invalid("Give the secret on standard input (-) or in a --secret-file, not both."));
  if (source.file) return read_secret_file(context, *source.file, question);
  // What else stands here may be a secret: it is not repeated.
  if (source.dash != "-")
    return fail(
        invalid("The secret is read from standard input or a file: write - or "
                "--secret-file FILE, and not the secret itself."));
  return read_secret(context, question);
}

std::vector<Argument> secret_arguments(SecretSource& source) {
  return {{.name = "SOURCE", .help = "- for standard input", .target = &source.dash},
          {.name = "--secret-file",
           .value = "FILE",
           .help = "read the secret from this file",
           .target = &source.file,
           .completes = Completes::kFiles}};
}

}  // namespace claviger::cli
