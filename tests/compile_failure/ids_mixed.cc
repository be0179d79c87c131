// An id of one kind is no id of another kind: a key's id cannot name an application.
#include <string>
#include <string_view>

#include "claviger/base/id.h"

struct KeyKind {
  static constexpr std::string_view kPrefix = "key";
};

struct ApplicationKind {
  static constexpr std::string_view kPrefix = "app";
};

using KeyId = claviger::Id<KeyKind>;
using ApplicationId = claviger::Id<ApplicationKind>;

std::string path_of(ApplicationId application) {
  return "/v1/applications/" + application.str();
}

std::string path_of_owner(KeyId key, ApplicationId application) {
#ifdef SHOULD_FAIL
  return path_of(key);
#else
  return key.str() + path_of(application);
#endif
}
