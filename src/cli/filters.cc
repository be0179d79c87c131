#include "filters.h"

#include "expiry.h"

#include <utility>

namespace claviger::cli {

Filters::Filters(std::vector<Filter> filters)
    : filters_(std::move(filters)), typed_(filters_.size()) {}

std::vector<Argument> Filters::arguments() {
  std::vector<Argument> arguments;
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    const Filter& filter = filters_[i];
    Argument argument{.name = filter.flag,
                      .value = filter.value,
                      .help = filter.help,
                      .target = &typed_[i].text,
                      .choices = filter.choices};
    if (filter.type == FilterValue::kFlag) argument.target = &typed_[i].flag;
    if (filter.kind != nullptr) argument.completes = filter.kind->completes;
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

Result<void> Filters::apply(Context& context, ApiRequest& request) const {
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    const Filter& filter = filters_[i];
    const Typed& typed = typed_[i];
    if (typed.flag) request.query.push_back({filter.parameter, "true"});
    if (!typed.text) continue;
    std::string value = *typed.text;
    if (filter.type == FilterValue::kMoment) value = to_rfc3339(TRY(parse_moment(value)));
    if (filter.kind != nullptr) value = TRY(id_of(*TRY(context.session()), *filter.kind, value));
    request.query.push_back({filter.parameter, std::move(value)});
  }
  return {};
}

}  // namespace claviger::cli
