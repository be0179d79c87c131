#include "context.h"

#include "json_field.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

enum class Stream { kOut, kErr };

Paint paint_for(const Environment& environment, const GlobalOptions& options, Stream stream) {
  const bool is_terminal =
      stream == Stream::kOut ? environment.out_is_terminal : environment.err_is_terminal;
  return wants_color(environment, color_of(options), is_terminal) ? Paint::colored() : Paint();
}

Asking asking_of(const Environment& environment, const GlobalOptions& options) {
  return may_ask(environment, options.no_input ? Asking::kForbidden : Asking::kAllowed);
}

/// Watches which of the fields that the user named never came: a typing error, most likely.
class FieldWatch {
 public:
  explicit FieldWatch(std::vector<std::string> fields) : missing_(std::move(fields)) {}

  void look_at(const json& item) {
    std::erase_if(missing_,
                  [&item](const std::string& field) { return find_field(item, field) != nullptr; });
    if (!known_.empty() || !item.is_object()) return;
    for (const auto& [name, value] : item.items()) known_.push_back(name);
  }

  void report(Console& console) const {
    if (known_.empty()) return;  // an empty list says nothing about its fields
    for (const std::string& field : missing_) {
      const auto meant = http::nearest_word(field, known_);
      console.warning(fmt::format("there is no field \"{}\"{}", field,
                                  meant ? fmt::format("; did you mean \"{}\"?", *meant) : "."));
    }
  }

 private:
  std::vector<std::string> missing_;
  std::vector<std::string> known_;
};

}  // namespace

Context::Context(const Environment& environment, const GlobalOptions& options)
    : environment_(environment),
      options_(options),
      console_(environment, paint_for(environment, options, Stream::kErr),
               asking_of(environment, options)) {}

Paint Context::paint() const {
  return paint_for(environment_, options_, Stream::kOut);
}

Result<const Settings*> Context::settings() {
  if (!settings_) settings_ = TRY(Settings::load(environment_, options_));
  return &*settings_;
}

void Context::do_without_configuration() {
  settings_ = Settings::without_files(environment_, options_);
}

Result<Session*> Context::session() {
  if (session_ != nullptr) return session_;
  const Settings* settings = TRY(this->settings());
  TRY(settings->output());  // before anything is sent: a secret that cannot be shown is lost
  const std::optional<std::string> server = TRY(settings->server());
  if (!server)
    return fail(Error::refused(ErrorCode::kInvalidInput,
                               "No server is known. Name it with --server or CLAVIGER_SERVER, or "
                               "sign in: claviger auth login --server URL"));
  std::string warning;
  token_ = TRY(settings->token(*server, warning));
  if (!warning.empty()) console_.warning(warning);
  if (!token_ && !prints_requests())
    return fail(Error::refused(
        ErrorCode::kSignInRequired,
        fmt::format("Not signed in to {0}. Sign in: claviger auth login --server {0}", *server)));
  Secret token(token_ ? std::string(token_->text.reveal()) : std::string());
  session_ = TRY(session_with(*server, std::move(token), Authorization::kBearer));
  return session_;
}

Result<Session*> Context::session_with(std::string server, Secret token,
                                       Authorization authorization) {
  const Settings* settings = TRY(this->settings());
  Session::Settings for_session{
      .server = std::move(server),
      .ca_cert = settings->ca_cert(),
      .sending = prints_requests() ? Sending::kPrinted : Sending::kReal,
      .authorization = authorization,
      .is_debugging = options_.debug || environment_.variable("CLAVIGER_DEBUG").has_value()};
  sessions_.push_back(
      std::make_unique<Session>(environment_, console_, std::move(for_session), std::move(token)));
  return sessions_.back().get();
}

Result<OutputOptions> Context::output_for(const View& view) {
  const Settings* settings = TRY(this->settings());
  OutputOptions options = TRY(settings->output());
  if (!view.empty() || !options.fields.empty()) return options;
  if (is_for_people(options.format)) options.format = Format::kJson;
  if (options.format == Format::kCsv)
    return fail(Error::refused(ErrorCode::kInvalidInput,
                               "CSV needs its columns here: name them with --fields A,B."));
  return options;
}

Result<void> Context::print(const View& view, const json& object) {
  const OutputOptions options = TRY(output_for(view));
  FieldWatch watch(options.fields);
  watch.look_at(object);
  write_record(environment_.out, options, view, object);
  watch.report(console_);
  return {};
}

Result<void> Context::print_list(const View& view, ApiRequest request,
                                 std::optional<std::size_t> most) {
  const OutputOptions options = TRY(output_for(view));
  Session* session = TRY(this->session());
  FieldWatch watch(options.fields);
  const auto writer = make_list_writer(environment_.out, options, view);
  const auto take = [&](const json& item) {
    watch.look_at(item);
    writer->add(item);
  };
  TRY(session->for_each(std::move(request), most, take));
  writer->finish();
  watch.report(console_);
  return {};
}

Result<void> Context::print_items(const View& view, const json& items) {
  const OutputOptions options = TRY(output_for(view));
  FieldWatch watch(options.fields);
  const auto writer = make_list_writer(environment_.out, options, view);
  for (const json& item : items) {
    watch.look_at(item);
    writer->add(item);
  }
  writer->finish();
  watch.report(console_);
  return {};
}

void Context::next_step(std::string_view text) {
  const auto settings = this->settings();
  if (!settings) return;
  const auto output = (*settings)->output();
  if (output && is_for_people(output->format)) console_.next_step(text);
}

bool Context::has_printed_request() const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [](const auto& session) { return session->has_printed(); });
}

}  // namespace claviger::cli
