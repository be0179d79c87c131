#include "claviger/http/client.h"

#include <algorithm>
#include <array>
#include <new>
#include <system_error>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::http {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using HeaderList = std::unique_ptr<curl_slist, FreeList>;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

Error unusable(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

Error unreachable(std::string text) {
  return Error::refused(ErrorCode::kUnavailable, std::move(text));
}

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();  // the old head is part of the longer list
  list.reset(longer);
}

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// Scheme, host and port: what of a URL may stand in a message.
Result<std::string> origin(const std::string& url) {
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return fail(unusable("The server's address is not a URL; write it like https://host:port."));
  const std::string scheme = part(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https")
    return fail(unusable("The server's address must begin with http:// or https://."));
  std::string text = scheme + "://" + part(parsed.get(), CURLUPART_HOST);
  const std::string port = part(parsed.get(), CURLUPART_PORT);
  if (!port.empty()) text += ':' + port;
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_first(std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

bool always_has_body(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

/// One request under way.
class Client::Transfer {
 public:
  Transfer(CURL* curl, const ClientSettings& settings, const ClientRequest& request)
      : curl_(curl), settings_(settings), request_(request) {}

  Result<ClientResponse> run(const Secret& bearer_token) {
    origin_ = TRY(origin(request_.url));
    TRY(set_headers());
    set_options();
    set_body();
    // A copy that wipes itself; curl wants a terminating zero, which a view does not promise.
    const Secret token(std::string(bearer_token.reveal()));
    if (!token.empty()) set_token(token);
    const CURLcode code = curl_easy_perform(curl_);
    is_lost_ = is_loss(code);
    if (code != CURLE_OK) return fail(failure(code));
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
  }

  /// True if the connection was made, and lost before the response was complete.
  [[nodiscard]] bool is_lost() const { return is_lost_; }

 private:
  static bool is_loss(CURLcode code) {
    return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ||
           code == CURLE_PARTIAL_FILE;
  }

  Result<void> set_headers() {
    for (const Headers::Field& field : request_.headers) {
      if (field.name.empty() || has_control_characters(field.name + field.value))
        return fail(unusable("A header of the request holds a line break or is empty."));
      // A header without a value is written with a semicolon: curl's own notation.
      append(headers_, field.value.empty() ? field.name + ';' : field.name + ": " + field.value);
    }
    append(headers_, "Expect:");  // curl's wait for "100 Continue" would only cost time
    return {};
  }

  void set_options() {
    curl_easy_setopt(curl_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
    curl_easy_setopt(curl_, CURLOPT_USERAGENT, settings_.user_agent.c_str());
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(curl_, CURLOPT_ERRORBUFFER, detail_.data());
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, this);
    if (settings_.ca_file) {
      curl_easy_setopt(curl_, CURLOPT_CAINFO, settings_.ca_file->c_str());
      curl_easy_setopt(curl_, CURLOPT_CAPATH, nullptr);
    }
  }

  void set_body() {
    if (request_.method == "HEAD") {
      curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
    } else if (!request_.body.empty() || always_has_body(request_.method)) {
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, request_.body.data());
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request_.body.size()));
    }
  }

  void set_token(const Secret& token) {
    curl_easy_setopt(curl_, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl_, CURLOPT_XOAUTH2_BEARER, token.reveal().data());
  }

  Error failure(CURLcode code) const {
    switch (code) {
      case CURLE_COULDNT_CONNECT:
        return unreachable(fmt::format("Cannot reach {}: {}. Is the server running?", origin_,
                                       system_reason("no connection")));
      case CURLE_COULDNT_RESOLVE_HOST:
        return unreachable(
            fmt::format("Cannot reach {}: its name is not known. Is the address right?", origin_));
      case CURLE_OPERATION_TIMEDOUT:
        return unreachable(fmt::format("{} did not answer within {} seconds.", origin_,
                                       std::chrono::duration<double>(request_.timeout).count()));
      case CURLE_PEER_FAILED_VERIFICATION:
        return unreachable(fmt::format(
            "The certificate of {} is not trusted: {}. If it is your own, name its CA file.",
            origin_, reason(code)));
      case CURLE_SSL_CACERT_BADFILE:
        return unreachable(fmt::format("The CA file {} cannot be read.",
                                       settings_.ca_file.value_or("of the system")));
      case CURLE_WRITE_ERROR:
        return unreachable(fmt::format("The response of {} is larger than {} bytes.", origin_,
                                       settings_.max_response_bytes));
      default:
        return unreachable(fmt::format("The request to {} failed: {}.", origin_, reason(code)));
    }
  }

  std::string reason(CURLcode code) const {
    const std::string_view detail(detail_.data());
    return lower_first(std::string(detail.empty() ? curl_easy_strerror(code) : detail));
  }

  std::string system_reason(std::string fallback) const {
    long number = 0;
    curl_easy_getinfo(curl_, CURLINFO_OS_ERRNO, &number);
    if (number == 0) return fallback;
    return lower_first(std::generic_category().message(static_cast<int>(number)));
  }

  // Called by curl, from C: no exception may leave them.

  static std::size_t on_header(const char* data, std::size_t, std::size_t size,
                               void* self) noexcept {
    try {
      static_cast<Transfer*>(self)->take_header({data, size});
      return size;
    } catch (const std::bad_alloc&) {
      return 0;
    }
  }

  static std::size_t on_body(const char* data, std::size_t, std::size_t size, void* self) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    if (size > transfer.settings_.max_response_bytes - transfer.response_.body.size()) return 0;
    try {
      transfer.response_.body.append(data, size);
      return size;
    } catch (const std::bad_alloc&) {
      return 0;
    }
  }

  void take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // of the response itself, after an interim one
      response_.headers = {};
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    response_.headers.add({.name = std::string(line.substr(0, colon)),
                           .value = std::string(trimmed(line.substr(colon + 1)))});
  }

  CURL* curl_;
  const ClientSettings& settings_;
  const ClientRequest& request_;
  std::string origin_;
  HeaderList headers_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  ClientResponse response_{};
  bool is_lost_ = false;
};

void Client::CloseHandle::operator()(void* handle) const {
  curl_easy_cleanup(handle);
}

Client::Client(ClientSettings settings)
    : settings_(std::move(settings)), handle_(curl_easy_init()) {}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<ClientResponse> Client::send(const ClientRequest& request, const Secret& bearer_token) {
  if (!handle_) return fail(Error::internal("curl_easy_init failed"));
  for (int left = request.repeat == Repeat::kOnceIfLost ? 1 : 0;; --left) {
    Transfer transfer(handle_.get(), settings_, request);
    Result<ClientResponse> response = transfer.run(bearer_token);
    curl_easy_reset(handle_.get());  // keeps the connection, and nothing that points into transfer
    if (left == 0 || !transfer.is_lost()) return response;
  }
}

}  // namespace claviger::http
