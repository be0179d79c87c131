// What is kept of a client's request until it is logged.
#include "claviger_nginx.h"

#include <openssl/ssl.h>

/// Marks our entry among the pool's clean-ups; there is nothing to clean up.
static void mark(void* data) {
  (void)data;
}

claviger_client_request* claviger_find_client_request(ngx_http_request_t* r) {
  for (ngx_pool_cleanup_t* entry = r->main->pool->cleanup; entry != NULL; entry = entry->next) {
    if (entry->handler == mark) return entry->data;
  }
  return NULL;
}

// ---- faults of the request as such

/// The name in a Host header: without its port and the dot of a rooted name.
static ngx_str_t host_name_of(ngx_str_t host) {
  if (host.len != 0 && host.data[0] == '[') {
    const u_char* end = ngx_strlchr(host.data, host.data + host.len, ']');
    if (end != NULL) host.len = (size_t)(end + 1 - host.data);
    return host;
  }
  const u_char* port = ngx_strlchr(host.data, host.data + host.len, ':');
  if (port != NULL) host.len = (size_t)(port - host.data);
  if (host.len != 0 && host.data[host.len - 1] == '.') --host.len;
  return host;
}

static bool are_same_host(ngx_str_t a, ngx_str_t b) {
  return a.len == b.len && ngx_strncasecmp(a.data, b.data, a.len) == 0;
}

/// True if the client named a host in TLS (SNI), but another one in its request.
static bool names_other_host_than_tls(const ngx_http_request_t* r) {
#if (NGX_HTTP_SSL)
  if (r->connection->ssl == NULL || r->headers_in.server.len == 0) return false;
  const char* name = SSL_get_servername(r->connection->ssl->connection, TLSEXT_NAMETYPE_host_name);
  if (name == NULL) return false;
  ngx_str_t server_name = {ngx_strlen(name), (u_char*)name};
  if (server_name.len != 0 && name[server_name.len - 1] == '.') --server_name.len;
  return !are_same_host(server_name, r->headers_in.server);
#else
  (void)r;
  return false;
#endif
}

static claviger_fault fault_of(const ngx_http_request_t* r) {
  switch (r->http_version) {
    case NGX_HTTP_VERSION_10:
    case NGX_HTTP_VERSION_11:
    case NGX_HTTP_VERSION_20:
      break;
    default:
      return CLAVIGER_FAULT_HTTP_VERSION;
  }
  // nginx takes the host of an absolute target before that of the header; an upstream may not.
  const bool is_absolute = r->host_start != NULL && r->host_end > r->host_start;
  if (is_absolute && r->headers_in.host != NULL &&
      !are_same_host(r->headers_in.server, host_name_of(r->headers_in.host->value))) {
    return CLAVIGER_FAULT_TWO_HOSTS;
  }
  return names_other_host_than_tls(r) ? CLAVIGER_FAULT_OTHER_TLS_NAME : CLAVIGER_FAULT_NONE;
}

// ---- headers that the decision looks at

typedef void (*header_visitor)(const ngx_table_elt_t* header, void* data);

static void for_each_header(const ngx_http_request_t* r, header_visitor visit, void* data) {
  for (const ngx_list_part_t* part = &r->headers_in.headers.part; part != NULL; part = part->next) {
    const ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts; ++i) visit(&headers[i], data);
  }
}

static bool is_credential(claviger_header_meaning meaning) {
  return meaning.role == CLAVIGER_HEADER_CARRIER || meaning.role == CLAVIGER_HEADER_CARRIER_ALIAS;
}

static void count_credential(const ngx_table_elt_t* header, void* data) {
  size_t* count = data;
  *count += is_credential(claviger_meaning_of_header(claviger_text_of(header->key)));
}

static bool is_named(const ngx_table_elt_t* header, const char* name) {
  return header->key.len == ngx_strlen(name) &&
         ngx_strncasecmp(header->key.data, (u_char*)name, header->key.len) == 0;
}

static void keep_header(const ngx_table_elt_t* header, void* data) {
  claviger_client_request* request = data;
  const claviger_header_meaning meaning = claviger_meaning_of_header(claviger_text_of(header->key));
  if (is_credential(meaning)) {
    claviger_header* kept = &request->credentials[request->credential_count++];
    kept->meaning = meaning;
    kept->value = claviger_text_of(header->value);
  }
  request->has_origin |= is_named(header, "origin");
  request->has_requested_method |= is_named(header, "access-control-request-method");
}

claviger_client_request* claviger_keep_client_request(ngx_http_request_t* r) {
  claviger_client_request* request = claviger_find_client_request(r);
  if (request != NULL) return request;
  r = r->main;
  size_t credentials = 0;
  for_each_header(r, count_credential, &credentials);
  ngx_pool_cleanup_t* entry = ngx_pool_cleanup_add(r->pool, sizeof(*request));
  if (entry == NULL) return NULL;
  request = entry->data;
  ngx_memzero(request, sizeof(*request));
  if (credentials != 0) {
    request->credentials = ngx_palloc(r->pool, credentials * sizeof(*request->credentials));
    if (request->credentials == NULL) return NULL;
  }
  for_each_header(r, keep_header, request);
  request->fault = fault_of(r);
  entry->handler = mark;
  return request;
}
