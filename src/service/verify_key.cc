#include "claviger/service/verify_key.h"

#include "rights.h"

#include <array>

namespace claviger::service {

Result<KeyAnswer> KeyVerifier::verify(Context& context, const Caller& caller,
                                      const KeyQuestion& question) {
  const bool manages = TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<bool> {
    const auto found = TRY(find_api(tx, caller.principal, question.api));
    return found && found->manages;
  }));
  if (!manages)
    return fail(Error::refused(ErrorCode::kNotFound, "There is no such API that you manage."));

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
