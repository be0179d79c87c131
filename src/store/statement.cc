#include "statement.h"

namespace claviger::store {

Statement::Statement(soci::session& session, const Dialect& dialect, std::string_view sql,
                     const Binds& binds)
    : dialect_(dialect), statement_(session) {
  statement_.alloc();
  statement_.prepare(std::string(sql));
  inputs_.reserve(binds.size());
  for (const Bind& bind : binds) {
    Input& input = inputs_.emplace_back(Input{std::string(bind.name), bind.value.type(), {}});
    if (input.type == Value::Type::kText)
      statement_.exchange(soci::use(input.text, input.indicator, input.name));
    else
      statement_.exchange(soci::use(input.number, input.indicator, input.name));
  }
  outputs_.resize(static_cast<std::size_t>(dialect.column_count(session, statement_)));
  columns_.resize(outputs_.size());
  // Everything is read as text: both databases give it so, and a number costs no more.
  for (Output& output : outputs_) statement_.exchange(soci::into(output.text, output.indicator));
  statement_.define_and_bind();
}

bool Statement::execute(const Binds& binds) {
  assign(binds);
  return statement_.execute(true);
}

void Statement::assign(const Binds& binds) {
  if (binds.size() != inputs_.size()) throw soci::soci_error("not the values of this statement");
  for (std::size_t i = 0; i < binds.size(); ++i) {
    Input& input = inputs_[i];
    const Value& value = binds[i].value;
    if (binds[i].name != input.name || value.type() != input.type)
      throw soci::soci_error("not the values of this statement: " + input.name);
    input.indicator = value.is_absent() ? soci::i_null : soci::i_ok;
    input.text = value.text();
    input.number = value.number();
  }
}

Row Statement::row() {
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    columns_[i] = {outputs_[i].text, outputs_[i].indicator == soci::i_null};
  return Row(columns_);
}

}  // namespace claviger::store
