#include "claviger/store/gateway_feed.h"

#include "connection.h"
#include "key_records.h"
#include "right_sets.h"
#include "words.h"

#include <set>
#include <string>
#include <utility>

#include "claviger/store/apis.h"
#include "claviger/store/applications.h"
#include "claviger/store/change_log.h"
#include "claviger/store/organizations.h"
#include "claviger/store/roles.h"
#include "claviger/store/users.h"

namespace claviger::store {
namespace {

using core::GatewayRecord;
using core::GatewayRecordSink;
using core::RightSetId;
using core::Standing;
using Kind = ChangedSubject::Kind;

Standing standing_of(core::AccountStatus status) {
  return status == core::AccountStatus::kEnabled ? Standing::kActive : Standing::kInactive;
}

core::OrganizationRecord record_of(const core::Organization& organization) {
  return {organization.id, organization.is_active() ? Standing::kActive : Standing::kInactive};
}

core::UserRecord record_of(const core::User& user, const std::vector<core::Role>& roles) {
  return {user.id, standing_of(user.status), right_sets_of(user, roles)};
}

core::ApiRecord record_of(const core::Api& api) {
  return {.id = api.id,
          .number = api.number,
          .name = api.name,
          .standing = api.standing,
          .carriers = api.carriers,
          .lets_preflight_through = api.lets_preflight_through,
          .max_staleness = api.max_staleness,
          .routes = core::route_table_of(api)};
}

core::ApplicationRecord record_of(const core::Application& application) {
  const bool is_active = application.status == core::ApplicationStatus::kActive;
  return {application.id, application.owner, is_active ? Standing::kActive : Standing::kInactive};
}

/// Hands all pages of a list to `use`, item by item.
template <class Id, class List, class Use>
Result<void> each(List list, Use use) {
  Page<Id> page{.limit = kMaxPageSize, .after = std::nullopt};
  bool has_more = true;
  while (has_more) {
    auto listed = TRY(list(page));
    for (const auto& item : listed.items) TRY(use(item));
    has_more = listed.has_more;
    if (has_more) page.after = listed.items.back().id;
  }
  return {};
}

/// Sends every item of a list as a record.
template <class Id, class List>
Result<void> send_all(const GatewayRecordSink& sink, List list) {
  return each<Id>(list, [&](const auto& item) { return sink(record_of(item)); });
}

Result<void> send_right_sets(const ReadTransaction& tx, const GatewayRecordSink& sink) {
  const auto send = [&](const RightSetId& id) -> Result<void> {
    auto set = TRY(load_right_set(tx, id));
    return sink(std::move(set));
  };
  for (const RightSetId& id : TRY(right_sets_of_roles(tx))) TRY(send(id));
  const auto list = [&](const auto& page) { return list_organizations_ever(tx, {}, page); };
  return each<core::OrganizationId>(list, [&](const core::Organization& item) -> Result<void> {
    TRY(send(RightSetId::of_managers(item.id)));
    TRY(send(RightSetId::of_tree_managers(item.id)));
    return send(RightSetId::of_consumers(item.id));
  });
}

Result<void> send_users(const ReadTransaction& tx, const GatewayRecordSink& sink) {
  const auto list = [&](const auto& page) { return list_users_ever(tx, {}, page); };
  return each<core::UserId>(list, [&](const core::User& user) -> Result<void> {
    return sink(record_of(user, TRY(load_roles(tx, user.roles))));
  });
}

Result<void> send_keys(const ReadTransaction& tx, const GatewayRecordSink& sink) {
  KeyRecordReader reader(tx);
  while (true) {
    std::vector<core::KeyRecord> keys = TRY(reader.next_page());
    if (keys.empty()) return {};
    for (core::KeyRecord& key : keys) TRY(sink(std::move(key)));
  }
}

/// The subjects of one kind that have changed behind a version.
class ChangedSubjects {
 public:
  ChangedSubjects(const ReadTransaction& tx, core::Version from) : tx_(tx), from_(from) {}

  Result<std::vector<std::string>> of(Kind kind) const {
    return tx_.connection().select(
        "SELECT DISTINCT subject FROM changes WHERE version > :since AND kind = :kind "
        "ORDER BY subject",
        {{"since", from_}, {"kind", to_word(kind)}},
        [](Row& row) { return std::string(row.text()); });
  }

  [[nodiscard]] Result<std::size_t> count() const {
    const auto count = TRY(tx_.connection().select_one(
        "SELECT COUNT(*) FROM (SELECT DISTINCT kind, subject FROM changes WHERE version > :since) "
        "AS subjects",
        {{"since", from_}}, [](Row& row) { return row.number(); }));
    return static_cast<std::size_t>(count.value_or(0));
  }

 private:
  const ReadTransaction& tx_;
  core::Version from_;
};

/// Appends the present record of each subject; `get` finds it by its id. What is gone is left out.
template <class Id, class Get>
Result<void> append(std::vector<GatewayRecord>& records, const std::vector<std::string>& subjects,
                    Get get) {
  for (const std::string& subject : subjects) {
    const auto id = Id::parse(subject);
    if (!id) return fail(Error::internal("the change log names no id: " + subject));
    const auto item = get(*id);
    if (item.has_value())
      records.emplace_back(record_of(*item));
    else if (item.error().code() != ErrorCode::kNotFound)
      return fail(item.error());
  }
  return {};
}

Result<void> append_right_sets(std::vector<GatewayRecord>& records, const ReadTransaction& tx,
                               const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    const auto id = RightSetId::parse(subject);
    if (!id) return fail(Error::internal("no set of rights: " + subject));
    records.emplace_back(TRY(load_right_set(tx, *id)));
  }
  return {};
}

Result<void> append_users(std::vector<GatewayRecord>& records, const ReadTransaction& tx,
                          const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    const auto id = core::UserId::parse(subject);
    if (!id) return fail(Error::internal("the change log names no user: " + subject));
    const core::User user = TRY(get_user_ever(tx, {}, *id));
    records.emplace_back(record_of(user, TRY(load_roles(tx, user.roles))));
  }
  return {};
}

/// In the order of GatewayRecord: a record that names another comes behind it.
Result<std::vector<GatewayRecord>> changed_records(const ReadTransaction& tx, core::Version from) {
  const ChangedSubjects changed(tx, from);
  const AllTenants all;
  std::vector<GatewayRecord> records;
  const auto organizations = TRY(changed.of(Kind::kOrganization));
  TRY(append<core::OrganizationId>(records, organizations, [&](const core::OrganizationId& id) {
    return get_organization_ever(tx, all, id);
  }));
  const auto right_sets = TRY(changed.of(Kind::kRightSet));
  TRY(append_right_sets(records, tx, right_sets));
  TRY(append_users(records, tx, TRY(changed.of(Kind::kUser))));
  const auto apis = TRY(changed.of(Kind::kApi));
  TRY(append<core::ApiId>(records, apis,
                          [&](const core::ApiId& id) { return get_api(tx, all, id); }));
  const auto applications = TRY(changed.of(Kind::kApplication));
  TRY(append<core::ApplicationId>(records, applications, [&](const core::ApplicationId& id) {
    return get_application(tx, all, id);
  }));
  for (core::KeyRecord& key : TRY(KeyRecordReader(tx).changed_since(from)))
    records.emplace_back(std::move(key));
  for (const core::KeyId& id : TRY(KeyRecordReader(tx).deleted_since(from)))
    records.emplace_back(core::DeletedKeyRecord{id});
  return records;
}

}  // namespace

Result<std::optional<core::GatewayChanges>> changes_since(const ReadTransaction& tx,
                                                          const FeedPosition& from,
                                                          std::size_t max_records) {
  const ChangeHead head = TRY(change_head(tx));
  if (from.epoch != head.epoch || from.version < head.kept_after || from.version > head.version)
    return std::optional<core::GatewayChanges>();
  core::GatewayChanges changes{head.epoch, from.version, head.version, {}};
  if (from.version == head.version) return std::optional(std::move(changes));
  const std::size_t count = TRY(ChangedSubjects(tx, from.version).count());
  if (count > max_records) return std::optional<core::GatewayChanges>();
  changes.records = TRY(changed_records(tx, from.version));
  return std::optional(std::move(changes));
}

Result<core::GatewaySnapshot> snapshot(const ReadTransaction& tx, const GatewayRecordSink& sink) {
  const ChangeHead head = TRY(change_head(tx));
  const AllTenants all;
  TRY(send_all<core::OrganizationId>(
      sink, [&](const auto& page) { return list_organizations_ever(tx, all, page); }));
  TRY(send_right_sets(tx, sink));
  TRY(send_users(tx, sink));
  TRY(send_all<core::ApiId>(sink, [&](const auto& page) { return list_apis(tx, all, page); }));
  TRY(send_all<core::ApplicationId>(sink, [&](const auto& page) {
    return list_applications(tx, all, {.owner = std::nullopt, .revoked = Revoked::kIncluded}, page);
  }));
  TRY(send_keys(tx, sink));
  return core::GatewaySnapshot{head.epoch, head.version};
}

Result<std::uint64_t> count_keys(const ReadTransaction& tx) {
  const auto count = TRY(tx.connection().select_one("SELECT COUNT(*) FROM access_keys", {},
                                                    [](Row& row) { return row.number(); }));
  return static_cast<std::uint64_t>(count.value_or(0));
}

}  // namespace claviger::store
