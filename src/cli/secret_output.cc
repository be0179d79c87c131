#include "secret_output.h"

#include "json_field.h"
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

/// Takes the secret out of the reply; empty if it has none.
Secret take_secret(json& reply, const SecretShape& shape) {
  json* holder = &reply;
  std::string_view name = shape.whole;
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
    const auto inner = holder->find(std::string(name.substr(0, dot)));
    if (inner == holder->end() || !inner->is_object()) return {};
    holder = &*inner;
    name.remove_prefix(dot + 1);
  }
  const auto member = holder->find(std::string(name));
  if (member == holder->end() || !member->is_string()) return {};
  Secret secret(std::move(member->get_ref<std::string&>()));
  holder->erase(member);
  return secret;
}

bool is_whole(Format format) {
  return format == Format::kJson || format == Format::kYaml;
}

bool shows_secret(const OutputOptions& output, const SecretShape& shape) {
  if (output.format == Format::kName) return false;
  const std::string field(is_whole(output.format) ? shape.whole : shape.field);
  return output.fields.empty() ||
         std::find(output.fields.begin(), output.fields.end(), field) != output.fields.end();
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

Result<SecretPlace> SecretPlace::prepare(Context& context, const SecretOutput& output,
                                         const SecretShape& shape, const ChangeOptions& options) {
  if (output.is_alone && output.file)
    return fail(invalid("The secret goes to one place: --secret-only or --out-file, not both."));
  SecretPlace place(shape, output.is_alone);
  place.is_dry_run_ = options.is_dry_run;
  if (options.is_dry_run) return place;
  const Settings* settings = TRY(context.settings());
  const OutputOptions format = TRY(settings->output());
  if (!output.is_alone && !output.file && !shows_secret(format, shape))
    return fail(invalid(
        fmt::format("This output would lose the {}, which is shown only now: add --out-file "
                    "FILE, or the field \"{}\", or use --secret-only.",
                    shape.what, is_whole(format.format) ? shape.whole : shape.field)));
  if (!output.file || context.prints_requests()) return place;
  place.path_ = *output.file;
  place.file_.emplace(TRY(NewPrivateFile::create(*output.file)));
  return place;
}

Result<ExitCode> SecretPlace::deliver(Context& context, json reply) {
  if (is_dry_run_) return print_changed(context, shape_.kind, reply);
  TRY(write(context, reply));
  return judge_receipt(context, reply);
}

Result<void> SecretPlace::write(Context& context, json& reply) {
  const Environment& environment = context.environment();
  const Settings* settings = TRY(context.settings());
  const OutputOptions options = TRY(settings->output());
  const bool is_framed =
      is_for_people(options.format) && options.fields.empty() && environment.out_is_terminal;
  json whole = reply;
  const Secret secret = take_secret(reply, shape_);
  const std::string id = text_at(changed_record(shape_.kind, reply), "id");
  if (secret.empty()) return fail(lost(id, "The answer came without it."));
  if (is_alone_) {
    environment.out << secret.reveal() << '\n';
    return {};
  }
  if (!file_ && !is_framed) return print(context, whole);
  if (file_) {
    TRY(deliver_to_file(id, secret));
    context.console().note(fmt::format("The {} is in {}.", shape_.what, path_));
  }
  TRY(print(context, reply));
  if (!file_) write_frame(environment.out, secret, options.paint);
  return {};
}

Result<void> SecretPlace::print(Context& context, const json& reply) const {
  const Settings* settings = TRY(context.settings());
  View view = changed_view(shape_.kind);
  view.push_back(
      {.title = "SECRET", .field = shape_.field, .look = Look::kExact, .shown = Shown::kWide});
  const bool as_it_is = is_whole(TRY(settings->output()).format);
  return context.print(view, as_it_is ? reply : changed_record(shape_.kind, reply));
}

Result<void> SecretPlace::deliver_to_file(const std::string& id, const Secret& secret) {
  const auto written = file_->write(secret);
  if (written) return {};
  return fail(lost(id, written.error().public_text().str()));
}

Error SecretPlace::lost(const std::string& id, std::string_view why) const {
  return Error::refused(
      ErrorCode::kInternal,
      fmt::format("{} The {}{} exists, but its {} is lost, and nobody can show it again. For "
                  "another: {}{}",
                  why, shape_.kind.word, id.empty() ? "" : ' ' + id, shape_.what, shape_.if_lost,
                  id.empty() ? "" : ' ' + id));
}

}  // namespace claviger::cli
