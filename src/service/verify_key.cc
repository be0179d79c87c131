#include "claviger/service/verify_key.h"

#include "rights.h"

#include <array>

#include "claviger/store/change_log.h"

namespace claviger::service {
namespace {

/// How long a verification waits for the keyring to come up to the server's state.
constexpr std::chrono::seconds kLongestWait{1};

}  // namespace

Result<KeyAnswer> KeyVerifier::verify(Context& context, const Caller& caller,
                                      const KeyQuestion& question) {
  struct Asked {
    bool manages = false;
    core::Version latest;
  };

  const Asked asked = TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Asked> {
    const auto found = TRY(find_api(tx, caller.principal, question.api));
    return Asked{found && found->manages, TRY(store::change_head(tx)).version};
  }));
  if (!asked.manages)
    return fail(Error::refused(ErrorCode::kNotFound, "There is no such API that you manage."));

  // What was changed before the question is part of the answer.
  context.gateways.wait_applied(asked.latest, context.clock.now(),
                                std::chrono::steady_clock::now() + kLongestWait);
  const std::string bearer = "Bearer " + std::string(question.key.reveal());
  const std::array<core::CarrierHeader, 1> headers = {
      {{core::meaning_of_header("Authorization"), bearer}}};
  const core::RawRequest raw{.method = question.method,
                             .target = question.path,
                             .routed_path = {},
                             .headers = headers,
                             .peer = question.ip,
                             .has_origin = false,
                             .has_requested_method = false};
  const std::lock_guard lock(mutex_);
  const Time now = context.clock.now();
  KeyAnswer answer{.decision = reader_.decide(raw, question.api, now),
                   .scopes = {},
                   .id = core::DecisionId::make(now, context.random)};
  if (answer.decision.reason == core::Reason::kStateUnavailable)
    return fail(Error::unavailable("verify: this host's keyring is not usable yet"));
  if (answer.decision.allowed())
    reader_.append_scope_names(question.api, answer.decision.scopes, answer.scopes);
  return answer;
}

}  // namespace claviger::service
