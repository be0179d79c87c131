#include "worker.h"

#include "refusal.h"

#include <array>
#include <bit>
#include <optional>
#include <span>
#include <type_traits>

#include <fmt/format.h>

#include "claviger/core/ids.h"
#include "claviger/core/scope_set.h"
#include "claviger/keyring/bus_guard.h"

namespace claviger::gateway {
namespace {

using core::Reason;
using keyring::Condition;
using keyring::CounterSlot;

// The decision carries the place of its counter through C as a pointer.
static_assert(std::is_trivially_copyable_v<CounterSlot> &&
              sizeof(CounterSlot) == sizeof(std::uint64_t*));

// Room for every scope that an API can have: none is allocated while a page may be missing.
constexpr std::size_t kScopesReserved = core::kMaxScopesPerApi * (core::kMaxScopeBytes + 1);
constexpr std::size_t kHeadersReserved = 16;

std::string_view view_of(const claviger_text& text) {
  return {text.data, text.size};
}

core::IpAddress address_of(const claviger_address& peer) {
  const std::span<const std::uint8_t, 16> bytes(peer.bytes);
  core::IpAddress address;
  if (peer.kind == CLAVIGER_ADDRESS_V4) return core::IpAddress::from_v4(bytes.first<4>());
  if (peer.kind == CLAVIGER_ADDRESS_V6) std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

template <class Kind>
void write_id(const Uuid& uuid, claviger_id& out) {
  constexpr std::string_view kPrefix = Kind::kPrefix;
  constexpr std::size_t kDigits = 26;
  static_assert(kPrefix.size() + 1 + kDigits == CLAVIGER_ID_SIZE);
  std::array<char, kDigits> digits{};
  write_base32(uuid, digits);
  char* end = std::ranges::copy(kPrefix, out.text).out;
  *end++ = '_';
  std::ranges::copy(digits, end);
  out.size = CLAVIGER_ID_SIZE;
}

std::optional<Trouble> trouble_of(Reason reason) {
  switch (reason) {
    case Reason::kStateUnavailable:
      return Trouble::kKeyringUnusable;
    case Reason::kStateUnreadable:
      return Trouble::kRecordUnreadable;
    case Reason::kStateStale:
      return Trouble::kKeyringStale;
    case Reason::kApiUnknown:
      return Trouble::kApiUnknown;
    case Reason::kUndecided:
      return Trouble::kFailed;
    default:
      return std::nullopt;
  }
}

}  // namespace

Worker::Worker(const std::string& directory, const Clock& clock, Random& random)
    : clock_(clock), directory_(directory), reader_(directory), counters_(directory), ids_(random) {
  headers_.reserve(kHeadersReserved);
  scopes_.reserve(kScopesReserved);
  reader_.prefetch_counters_in(counters_);
}

void Worker::decide(const claviger_call& call, claviger_decision& out, claviger_notice& notice) {
  const Time now = clock_.now();
  out = {};
  notice = {};
  out.decided_at = to_microseconds(now);
  if (call.fault != CLAVIGER_FAULT_NONE) return refuse(out, call.fault);
  const std::string_view api = view_of(call.api);
  const core::RawRequest raw = raw_request_of(call);
  core::Decision decision = judge(raw, api, now);
  follow_keyring();
  const CounterSlot counter = claim_counter(decision);
  out.caller_is_known = decision.caller_is_known;
  out.carrier = static_cast<std::uint8_t>(decision.carrier);
  write_id<core::DecisionKind>(ids_.next(now), out.decision_id);
  if (!decision.key.is_nil()) write_id<core::KeyKind>(decision.key, out.key_id);
  if (!decision.application.is_nil()) {
    write_id<core::ApplicationKind>(decision.application, out.application_id);
    write_id<core::OrganizationKind>(decision.organization, out.organization_id);
    write_id<core::UserKind>(decision.user, out.user_id);
  }
  if (decision.allowed()) {
    write_allowed(decision, counter, api, out);
    const auto use = keyring::UseNote::of(decision.secret.uuid(), raw.peer);
    out.used_secret = use.secret;
    out.used_network = use.network;
  } else {
    refuse(out, decision.reason);
  }
  note_troubles(decision.reason, api, now, notice);
}

core::RawRequest Worker::raw_request_of(const claviger_call& call) {
  headers_.clear();
  for (const claviger_header& header : std::span(call.headers, call.header_count))
    headers_.push_back({.meaning = {.role = static_cast<core::HeaderRole>(header.meaning.role),
                                    .carrier = static_cast<core::Carrier>(header.meaning.carrier)},
                        .value = view_of(header.value)});
  return {.method = view_of(call.method),
          .target = view_of(call.target),
          .routed_path = view_of(call.routed_path),
          .headers = headers_,
          .peer = address_of(call.peer),
          .has_origin = call.has_origin,
          .has_requested_method = call.has_requested_method};
}

core::Decision Worker::judge(const core::RawRequest& raw, std::string_view api, Time now) {
  condition_ = Condition::kUsable;
  core::Decision decision = reader_.decide(raw, api, now);
  if (decision.reason != Reason::kStateUnavailable) return decision;
  condition_ = reader_.refresh(now);
  // A new keyring may have come into its place just now.
  return condition_ == Condition::kUsable ? reader_.decide(raw, api, now) : decision;
}

/// Another keyring may have come with other counters.
void Worker::follow_keyring() {
  if (reader_.files_mapped() == files_followed_) return;
  files_followed_ = reader_.files_mapped();
  counters_.look_again();
}

/// What cannot be metered is refused.
CounterSlot Worker::claim_counter(core::Decision& decision) {
  counter_missing_ = false;
  CounterSlot counter;
  if (decision.reason != Reason::kAllowed) return counter;
  // Within the guard: a counters file that was cut short must not end the worker.
  const bool claimed =
      keyring::within_bus_guard([&] { counter = counters_.claim(decision.key); }) &&
      counter.is_set();
  if (claimed) return counter;
  counters_.look_again();  // the agent may put another file in the place of a damaged one
  counter_missing_ = true;
  decision = {};
  decision.reason = Reason::kStateUnavailable;
  return {};
}

void Worker::write_allowed(const core::Decision& decision, CounterSlot counter,
                           std::string_view api, claviger_decision& out) {
  const std::string_view reason = core::to_string(decision.reason);
  out.outcome = decision.reason == Reason::kPreflight ? CLAVIGER_PREFLIGHT : CLAVIGER_ALLOWED;
  out.status = core::http_status(decision.reason);
  out.reason = {reason.data(), reason.size()};
  out.counter = std::bit_cast<std::uint64_t*>(counter);
  scopes_.clear();
  // If a page cannot be read any more, the upstream learns of no scope.
  const bool complete =
      keyring::within_bus_guard([&] { reader_.append_scope_names(api, decision.scopes, scopes_); });
  if (!complete) scopes_.clear();
  out.scopes = {scopes_.data(), scopes_.size()};
}

void Worker::note_troubles(Reason reason, std::string_view api, Time now, claviger_notice& notice) {
  std::optional<Trouble> trouble = trouble_of(reason);
  if (counter_missing_) trouble = Trouble::kNoCounter;
  if (trouble) {
    if (!troubles_.is_due(*trouble, static_cast<std::uint8_t>(condition_), now)) return;
    notice_ = sentence_of(*trouble, api);
    notice = {CLAVIGER_NOTICE_TROUBLE, {notice_.data(), notice_.size()}};
  } else if (troubles_.ends(Trouble::kKeyringUnusable)) {
    notice_ = fmt::format("the keyring {}/{} is usable again", directory_, keyring::kKeyringFile);
    notice = {CLAVIGER_NOTICE_HEALED, {notice_.data(), notice_.size()}};
  }
}

std::string Worker::sentence_of(Trouble trouble, std::string_view api) const {
  const std::string keyring = fmt::format("{}/{}", directory_, keyring::kKeyringFile);
  switch (trouble) {
    case Trouble::kKeyringUnusable:
      return fmt::format("calls are refused with 503: the keyring {} {}", keyring,
                         keyring::to_string(condition_));
    case Trouble::kRecordUnreadable:
      return fmt::format("calls are refused with 503: a record of the keyring {} cannot be read",
                         keyring);
    case Trouble::kKeyringStale:
      return fmt::format(
          "calls to the API {} are refused with 503: the agent confirmed the keyring {} for the "
          "last time at {}, longer ago than this API allows",
          api, keyring, to_rfc3339(reader_.facts().fresh_until));
    case Trouble::kApiUnknown:
      return fmt::format(
          "calls to the API {} are refused with 503: the keyring {} has no API of that name", api,
          keyring);
    case Trouble::kNoCounter:
      return fmt::format(
          "calls are refused with 503: {}/{} gives no counter; it is not there, damaged or full",
          directory_, keyring::kCountersFile);
    case Trouble::kFailed:
      break;
  }
  return "calls are refused with 503: no decision could be made";
}

void Worker::count_undecided() {
  // One that cannot be counted has been logged all the same.
  static_cast<void>(keyring::within_bus_guard([&] { counters_.count_undecided(); }));
}

}  // namespace claviger::gateway
