#include "dialect.h"

namespace claviger::store {
namespace {

constexpr std::string_view kSqlitePrefix = "sqlite://";

}  // namespace

Result<std::unique_ptr<Dialect>> make_dialect(const DatabaseSettings& settings) {
  const std::string_view url = settings.url;
  if (url.starts_with(kSqlitePrefix)) {
    const std::string path(url.substr(kSqlitePrefix.size()));
    if (path.size() > 1 && path.front() == '/' && path.find('"') == std::string::npos)
      return make_sqlite_dialect(settings, path);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
    return make_postgresql_dialect(settings);
  return fail(Error::refused(ErrorCode::kInvalidInput,
                             "The database URL must be like sqlite:///var/lib/claviger/claviger.db "
                             "(an absolute path) or postgresql://user@host/database."));
}

}  // namespace claviger::store
