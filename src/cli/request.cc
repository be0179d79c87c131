#include "request.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

std::string dumped(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// `text` as one word of a POSIX shell.
std::string single_quoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + '\'';
}

/// `text` for a here-document in which variables are replaced.
std::string escaped_for_here_document(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '$' || c == '`' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// The body goes through standard input: a secret in curl's arguments could be read by others.
std::string here_document(const nlohmann::json& object, const std::vector<SecretField>& secrets) {
  std::string members;
  for (const SecretField& secret : secrets)
    members +=
        fmt::format("{}\"{}\":\"${}\"", members.empty() ? "" : ",", secret.name, secret.variable);
  const std::string others = dumped(object);  // "{…}"
  members +=
      others == "{}" ? "" : "," + escaped_for_here_document(others.substr(1, others.size() - 2));
  return "--data-binary @- <<END\n{" + members + "}\nEND";
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
}

}  // namespace

Body json_body(const nlohmann::json& object, const std::vector<SecretField>& secrets) {
  if (secrets.empty())
    return {.text = dumped(object),
            .content_type = "application/json",
            .curl_arguments = "--data-raw " + single_quoted(dumped(object))};
  nlohmann::json complete = object;
  for (const SecretField& secret : secrets)
    complete[std::string(secret.name)] = secret.value.reveal();
  return {.text = dumped(complete),
          .content_type = "application/json",
          .curl_arguments = here_document(object, secrets),
          .holds_secret = true};
}

Body document_body(std::string text, std::string content_type, const std::string& source) {
  return {.text = std::move(text),
          .content_type = std::move(content_type),
          .curl_arguments = "--data-binary " + single_quoted("@" + source)};
}

std::string query_text(const std::vector<http::Parameter>& query) {
  std::string text;
  for (const http::Parameter& parameter : query) {
    text += text.empty() ? '?' : '&';
    append_encoded(text, parameter.name);
    text += '=';
    append_encoded(text, parameter.value);
  }
  return text;
}

std::string curl_command(const std::string& server, const ApiRequest& request,
                         Authorization authorization) {
  std::string command = "curl -sS";
  if (request.method != "GET") command += " -X " + single_quoted(request.method);
  command += ' ' + single_quoted(server + request.path + query_text(request.query));
  if (authorization == Authorization::kBearer)
    command += " -H \"Authorization: Bearer $CLAVIGER_TOKEN\"";
  if (!request.if_match.empty()) command += " -H " + single_quoted("If-Match: " + request.if_match);
  if (!request.body.content_type.empty())
    command += " -H " + single_quoted("Content-Type: " + request.body.content_type) + ' ' +
               request.body.curl_arguments;
  return command;
}

}  // namespace claviger::cli
