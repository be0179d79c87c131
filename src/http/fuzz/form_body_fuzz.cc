// Whatever read_form() takes as a form has fields of clean text, no more of them than it may, and
// no bytes that were not in the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "claviger/base/encoding.h"
#include "claviger/http/form_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace claviger;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The first line is the media type.
  const std::size_t line = std::min(text.find('\n'), text.size());
  const auto form =
      http::read_form(text.substr(0, line), text.substr(std::min(line + 1, text.size())));
  if (!form) return 0;
  std::size_t bytes = 0;
  for (const http::Parameter& field : *form) {
    bytes += field.name.size() + field.value.size();
    if (!is_utf8(field.value) || has_control_characters(field.value)) std::abort();
  }
  if (form->size() > http::Parameters::kMostParameters || bytes > size) std::abort();
  return 0;
}
