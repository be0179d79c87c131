#include "client_address.h"

#include <algorithm>
#include <string_view>

namespace claviger::api {
namespace {

bool is_trusted(const std::string& address, const std::vector<core::Network>& trusted) {
  const auto ip = core::IpAddress::parse(address);
  return ip && std::any_of(trusted.begin(), trusted.end(),
                           [&](const core::Network& network) { return network.contains(*ip); });
}

/// The entries of all X-Forwarded-For fields, as one list.
std::string forwarded_for(const http::Headers& headers) {
  std::string list;
  for (const auto& field : headers) {
    if (!http::equal_ignoring_case(field.name, "X-Forwarded-For")) continue;
    if (!list.empty()) list += ',';
    list += field.value;
  }
  return list;
}

/// Takes the last entry off the list.
std::string take_last(std::string& list) {
  const std::size_t comma = list.rfind(',');
  std::string entry = comma == std::string::npos ? list : list.substr(comma + 1);
  list.resize(comma == std::string::npos ? 0 : comma);
  entry.erase(0, entry.find_first_not_of(' '));
  entry.erase(entry.find_last_not_of(' ') + 1);
  return entry;
}

}  // namespace

std::string client_address(const http::Request& request,
                           const std::vector<core::Network>& trusted) {
  std::string address = request.peer_address;
  if (trusted.empty()) return address;
  std::string list = forwarded_for(request.headers);
  while (!list.empty() && is_trusted(address, trusted)) {
    std::string before = take_last(list);
    if (!core::IpAddress::parse(before)) return address;
    address = std::move(before);
  }
  return address;
}

}  // namespace claviger::api
