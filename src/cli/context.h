// Everything that a command may use: the user's surroundings, the server, the output.
#pragma once

#include "console.h"
#include "options.h"
#include "output.h"
#include "session.h"
#include "settings.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/cli/environment.h"

namespace claviger::cli {

/// Made for one command. The configuration is read, and the server is spoken to, when a command
/// first asks for it: one that needs neither works without.
class Context {
 public:
  /// Both outlive the context.
  Context(const Environment& environment, const GlobalOptions& options);

  [[nodiscard]] const Environment& environment() const { return environment_; }

  [[nodiscard]] Console& console() { return console_; }

  /// The colours of standard output.
  [[nodiscard]] Paint paint() const;

  [[nodiscard]] Result<const Settings*> settings();

  /// Goes on without the configuration, which cannot be read, to be able to say so.
  void do_without_configuration();

  /// The session with the server, with the user's token. kInvalidInput if no server is known;
  /// kSignInRequired if there is no token for it.
  [[nodiscard]] Result<Session*> session();

  /// The token that session() uses; nullptr before session() succeeded.
  [[nodiscard]] const Token* token() const { return token_ ? &*token_ : nullptr; }

  /// One more session, for signing in and out: with `token`, or without where that is empty.
  [[nodiscard]] Result<Session*> session_with(std::string server, Secret token,
                                              Authorization authorization);

  /// Writes one object to standard output. With an empty view, whose objects may have any shape, it
  /// is JSON where the user chose neither columns nor another format.
  [[nodiscard]] Result<void> print(const View& view, const nlohmann::json& object);

  /// Fetches a list and writes it to standard output, at most `most` items.
  [[nodiscard]] Result<void> print_list(const View& view, ApiRequest request,
                                        std::optional<std::size_t> most);

  /// Writes the items of an array to standard output, as a list.
  [[nodiscard]] Result<void> print_items(const View& view, const nlohmann::json& items);

  /// Says what to do next, to people; where a program reads the output, nothing.
  void next_step(std::string_view text);

  [[nodiscard]] bool prints_requests() const { return options_.print_request; }

  /// True once a request was printed instead of sent: see Session::has_printed().
  [[nodiscard]] bool has_printed_request() const;

 private:
  Result<OutputOptions> output_for(const View& view);

  const Environment& environment_;
  const GlobalOptions& options_;
  Console console_;
  std::optional<Settings> settings_;
  std::optional<Token> token_;
  std::vector<std::unique_ptr<Session>> sessions_;
  Session* session_ = nullptr;  ///< of the user
};

}  // namespace claviger::cli
