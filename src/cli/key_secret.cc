#include "key_secret.h"

#include "json_field.h"
#include "key_view.h"
#include "printable.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

/// Takes the secret out of the object; empty if it has none.
Secret take_secret(json& key) {
  const auto member = key.find("secret");
  if (member == key.end() || !member->is_string()) return {};
  Secret secret(std::move(member->get_ref<std::string&>()));
  key.erase(member);
  return secret;
}

bool shows_secret(const OutputOptions& output) {
  if (output.format == Format::kName) return false;
  return output.fields.empty() ||
         std::find(output.fields.begin(), output.fields.end(), "secret") != output.fields.end();
}

void write_frame(std::ostream& out, const Secret& secret, Paint paint) {
  const std::string text = printable(secret.reveal(), LineBreaks::kEscaped);
  const std::string_view advice = "Shown once: copy it now, nobody can show it again.";
  const std::size_t width = std::max(display_width(text), display_width(advice));
  const auto line = [&](std::string_view shown, Paint::Color color) {
    out << "│ " << paint(color, shown) << std::string(width - display_width(shown), ' ') << " │\n";
  };
  std::string rule;
  for (std::size_t i = 0; i < width + 2; ++i) rule += "─";
  out << "╭" << rule << "╮\n";
  line(text, Paint::Color::kBold);
  line(advice, Paint::Color::kYellow);
  out << "╰" << rule << "╯\n";
}

View view_with_secret() {
  View view = key_view();
  view.push_back(
      {.title = "SECRET", .field = "secret", .look = Look::kExact, .shown = Shown::kWide});
  return view;
}

}  // namespace

std::vector<Argument> secret_output_arguments(SecretOutput& output) {
  return {{.name = "--secret-only",
           .help = "print the secret and nothing else, to pipe it into a vault",
           .target = &output.is_alone},
          {.name = "--out-file",
           .value = "FILE",
           .help = "write the secret to a new file that you alone can read",
           .target = &output.file,
           .completes = Completes::kFiles}};
}

Result<SecretPlace> SecretPlace::prepare(Context& context, const SecretOutput& output) {
  if (output.is_alone && output.file)
    return fail(invalid("The secret goes to one place: --secret-only or --out-file, not both."));
  const Settings* settings = TRY(context.settings());
  const OutputOptions options = TRY(settings->output());
  if (!output.is_alone && !output.file && !shows_secret(options))
    return fail(
        invalid("This output would lose the secret, which is shown only now: add --out-file "
                "FILE, or the field \"secret\", or use --secret-only."));
  SecretPlace place(output.is_alone);
  if (!output.file || context.prints_requests()) return place;
  place.path_ = *output.file;
  place.file_.emplace(TRY(NewPrivateFile::create(*output.file)));
  return place;
}

Result<void> SecretPlace::deliver(Context& context, json key) {
  const Environment& environment = context.environment();
  const Settings* settings = TRY(context.settings());
  const OutputOptions options = TRY(settings->output());
  const bool is_framed =
      is_for_people(options.format) && options.fields.empty() && environment.out_is_terminal;
  if (!is_alone_ && !file_ && !is_framed) return context.print(view_with_secret(), key);

  const Secret secret = take_secret(key);
  if (secret.empty())
    return fail(Error::refused(ErrorCode::kInternal, "The server answered without a secret."));
  if (is_alone_) {
    environment.out << secret.reveal() << '\n';
    return {};
  }
  if (file_) {
    TRY(deliver_to_file(key, secret));
    context.console().note(fmt::format("The secret is in {}.", path_));
  }
  TRY(context.print(key_view(), key));
  if (!file_) write_frame(environment.out, secret, options.paint);
  return {};
}

Result<void> SecretPlace::deliver_to_file(const json& key, const Secret& secret) {
  const auto written = file_->write(secret);
  if (written) return {};
  return fail(Error::refused(
      ErrorCode::kInternal,
      fmt::format("{} The key {} exists, but its secret is lost: revoke it and make another.",
                  written.error().public_text().str(), text_at(key, "id"))));
}

}  // namespace claviger::cli
