#include "claviger/store/database.h"

#include "connection.h"
#include "migrator.h"
#include "reader_pool.h"
#include "writer.h"

namespace claviger::store {

struct Database::Parts {
  std::unique_ptr<Dialect> dialect;
  std::unique_ptr<ReaderPool> readers;
  std::unique_ptr<Writer> writer;
};

Result<std::unique_ptr<Database>> Database::open(const DatabaseSettings& settings,
                                                 const Clock& clock) {
  auto parts = std::make_unique<Parts>();
  parts->dialect = TRY(make_dialect(settings));
  TRY(parts->dialect->prepare());
  auto connection = TRY(Connection::open(*parts->dialect, Access::kWrite));
  TRY(apply_migrations(*connection, built_in_migrations(), clock.now()));
  parts->readers = std::make_unique<ReaderPool>(*parts->dialect, settings);
  parts->writer = std::make_unique<Writer>(*parts->dialect, settings, clock, std::move(connection));
  return std::unique_ptr<Database>(new Database(std::move(parts)));
}

Database::Database(std::shared_ptr<Parts> parts, bool is_rehearsal)
    : parts_(std::move(parts)), is_rehearsal_(is_rehearsal) {}

std::unique_ptr<Database> Database::rehearsal() const {
  return std::unique_ptr<Database>(new Database(parts_, true));
}

Error Database::taken_back() {
  return Error::refused(ErrorCode::kConflict, "This was a rehearsal: nothing was changed.");
}

Database::~Database() = default;

Result<void> Database::run_write(const WriteFunction& function) {
  return parts_->writer->run(function);
}

Result<void> Database::run_read(const ReadFunction& function) {
  return parts_->readers->run(function);
}

void Database::on_change(std::function<void(core::Version)> listener) {
  parts_->writer->on_change(std::move(listener));
}

bool Database::is_stopped() const {
  return parts_->writer->is_stopped();
}

}  // namespace claviger::store
