// doctor: what stands between this machine and a working key, check by check.
#include "commands.h"
#include "context.h"
#include "diagnosis.h"
#include "file.h"
#include "json_field.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kMostCaBytes = 16 << 20;

const View& finding_view() {
  static const View view = {{.title = "STATUS", .field = "status", .look = Look::kStatus},
                            {.title = "CHECK", .field = "id", .look = Look::kExact},
                            {.title = "FOUND", .field = "found"},
                            {.title = "WHAT TO DO", .field = "advice"}};
  return view;
}

/// Makes the checks one after the other; where one fails, those that build on it are left out.
class Examination {
 public:
  explicit Examination(Context& context) : context_(context) {}

  std::vector<Finding> run() {
    check_modes();
    const auto server = check_configuration();
    if (!server) return std::move(findings_);
    check_ca_file();
    if (check_server(*server) && check_account()) check_gateways();
    return std::move(findings_);
  }

 private:
  void add(Finding finding) { findings_.push_back(std::move(finding)); }

  /// Before anything reads the files: reading mends their modes.
  void check_modes() {
    const auto files = ConfigFiles::locate(context_.environment());
    if (!files) return add(failed("files", files.error(), "Set one of them."));
    const fs::path path = files->credentials_path();
    std::error_code failure;
    const fs::file_status status = fs::status(path, failure);
    if (status.type() == fs::file_type::not_found)
      return add({"files", Health::kOk, fmt::format("No token is stored in {}.", path.string())});
    constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
    if ((status.permissions() & kOthers) == fs::perms::none)
      return add({"files", Health::kOk, fmt::format("{} is its owner's alone.", path.string())});
    add({"files", Health::kWarning,
         fmt::format("{} could be read or written by others.", path.string()),
         "Its mode is 0600 from now on; if others use this machine, sign in anew."});
  }

  /// The server, if one is configured.
  std::optional<std::string> check_configuration() {
    const auto settings = context_.settings();
    if (!settings) {
      add(failed("configuration", settings.error(), "Mend the file at this place."));
      context_.do_without_configuration();
      return std::nullopt;
    }
    const auto server = (*settings)->server();
    if (!server) {
      add(failed("configuration", server.error(), "See: claviger context list"));
      return std::nullopt;
    }
    if (!*server) {
      add({"configuration", Health::kFailed, "No server is known.",
           "Sign in to one: claviger auth login --server URL"});
      return std::nullopt;
    }
    const std::string name = (*settings)->context_name();
    add({"configuration", Health::kOk,
         fmt::format("The server is {}{}.", **server,
                     name.empty() ? "" : fmt::format(" (context \"{}\")", name))});
    return *server;
  }

  void check_ca_file() {
    const auto settings = context_.settings();
    const auto path = settings ? (*settings)->ca_cert() : std::nullopt;
    if (!path) return;
    const auto text = read_file(*path, kMostCaBytes);
    if (text && *text && (*text)->find("-----BEGIN CERTIFICATE-----") != std::string::npos)
      return add({"ca file", Health::kOk, fmt::format("{} holds certificates.", *path)});
    const std::string what =
        !text || *text ? "holds no certificate that can be read" : "is not there";
    add({"ca file", Health::kFailed, fmt::format("{} {}.", *path, what),
         "Name a file of certificates in PEM: --ca-cert, CLAVIGER_CACERT or ca_cert."});
  }

  bool check_server(const std::string& server) {
    const auto session = context_.session_with(server, Secret(), Authorization::kNone);
    if (!session) {
      add(failed("server", session.error(), ""));
      return false;
    }
    const auto start = std::chrono::steady_clock::now();
    const auto answer = (*session)->exchange(
        {.method = "GET", .path = "/v1/me", .purpose = Purpose::kLookUp, .timeout = kPatience});
    const auto elapsed =
        std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now() - start);
    const Time now = context_.environment().clock.now();
    if (!answer) {
      add(failed("server", answer.error(),
                 "Look whether it runs, and whether something on the way keeps you from it."));
      return false;
    }
    add({"server", Health::kOk,
         fmt::format("It answers, in {:.0f} ms.", static_cast<double>(elapsed.count()) / 1000)});
    add(judge_transport(server));
    const auto date = answer->headers.one("Date");
    add(judge_clock(date && *date ? **date : "", now, elapsed));
    return true;
  }

  bool check_account() {
    const auto session = context_.session();
    if (!session) {
      add(failed("account", session.error(), "claviger auth login"));
      return false;
    }
    const auto me = (*session)->fetch(
        {.method = "GET", .path = "/v1/me", .purpose = Purpose::kLookUp, .timeout = kPatience});
    if (!me) {
      add(failed("account", me.error(), "claviger auth login"));
      return false;
    }
    const Token* token = context_.token();
    add(judge_account(*me, token == nullptr ? "" : token->expires_at,
                      context_.environment().clock.now()));
    return true;
  }

  void check_gateways() {
    const auto session = context_.session();
    if (!session) return;
    std::vector<json> gateways;
    const auto listed =
        (*session)->for_each({.method = "GET",
                              .path = "/v1/gateways",
                              .purpose = Purpose::kLookUp,
                              .timeout = kPatience},
                             {}, [&](const json& item) { gateways.push_back(item); });
    if (listed) {
      for (Finding& finding : judge_gateways(gateways)) add(std::move(finding));
    } else if (listed.error().code() == ErrorCode::kPermissionDenied) {
      add({"gateways", Health::kOk, "Not looked at: you may not see them."});
    } else {
      add(failed("gateways", listed.error(), "Look again in a moment."));
    }
  }

  Context& context_;
  std::vector<Finding> findings_;
};

class Doctor final : public Command {
 public:
  Description description() override {
    return {.path = "doctor",
            .summary = "Look for what keeps claviger from working, from here to the gateways",
            .examples = {"claviger doctor", "claviger doctor -o json"},
            .notes =
                "The exit code is 1 if a check fails. Nothing is changed but the mode of the "
                "file with your tokens."};
  }

  Result<ExitCode> run(Context& context) override {
    const std::vector<Finding> findings = Examination(context).run();
    json items = json::array();
    for (const Finding& finding : findings)
      items.push_back({{"id", finding.check},
                       {"status", to_string(finding.health)},
                       {"found", finding.found},
                       {"advice", finding.advice.empty() ? json() : json(finding.advice)}});
    TRY(context.print_items(finding_view(), items));
    const bool has_failed = std::any_of(findings.begin(), findings.end(), [](const Finding& one) {
      return one.health == Health::kFailed;
    });
    return has_failed ? ExitCode::kFailed : ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> doctor_command() {
  return std::make_unique<Doctor>();
}

}  // namespace claviger::cli
