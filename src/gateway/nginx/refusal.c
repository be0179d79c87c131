// The answer to a refused call.
//
// It is written here and not left to nginx (which a status returned from the phase would do):
// nginx would let an error_page redirect it, to a location that may well pass the call on.
#include "claviger_nginx.h"

static ngx_table_elt_t* add_header(ngx_http_request_t* r, const char* name, const char* value) {
  ngx_table_elt_t* header = ngx_list_push(&r->headers_out.headers);
  if (header == NULL) return NULL;
  header->hash = 1;
  header->key.data = (u_char*)name;
  header->key.len = ngx_strlen(name);
  header->value.data = (u_char*)value;
  header->value.len = ngx_strlen(value);
  return header;
}

static ngx_int_t add_headers(ngx_http_request_t* r) {
  if (add_header(r, "Cache-Control", "no-store") == NULL) return NGX_ERROR;
  if (r->headers_out.status == NGX_HTTP_UNAUTHORIZED) {
    // nginx keeps this one at hand, for an auth_request that ends here.
    r->headers_out.www_authenticate =
        add_header(r, "WWW-Authenticate", "Bearer realm=\"claviger\"");
    if (r->headers_out.www_authenticate == NULL) return NGX_ERROR;
  }
  if (r->headers_out.status == NGX_HTTP_SERVICE_UNAVAILABLE &&
      add_header(r, "Retry-After", "1") == NULL)
    return NGX_ERROR;
  return NGX_OK;
}

/// Sends the problem document, with the headers before it.
static ngx_int_t send_document(ngx_http_request_t* r, const claviger_decision* decision) {
  ngx_buf_t* body = ngx_create_temp_buf(r->pool, CLAVIGER_PROBLEM_ROOM);
  if (body == NULL) return NGX_ERROR;
  body->last += claviger_write_problem(decision, (char*)body->last);
  body->last_buf = 1;
  body->last_in_chain = 1;
  ngx_str_set(&r->headers_out.content_type, "application/problem+json");
  r->headers_out.content_type_len = r->headers_out.content_type.len;
  r->headers_out.content_length_n = body->last - body->pos;
  const ngx_int_t sent = ngx_http_send_header(r);
  if (sent != NGX_OK || r->header_only) return sent;
  ngx_chain_t out = {.buf = body, .next = NULL};
  return ngx_http_output_filter(r, &out);
}

/// A subrequest's answer becomes part of another one: it has a status, and no document.
static ngx_int_t send_nothing(ngx_http_request_t* r) {
  const ngx_int_t sent = ngx_http_send_header(r);
  if (sent != NGX_OK || r->header_only) return sent;
  return ngx_http_send_special(r, NGX_HTTP_LAST);
}

ngx_int_t claviger_answer_refusal(ngx_http_request_t* r, const claviger_decision* decision) {
  // After its answer nginx can run a request again (post_action): there is nothing more to say.
  if (r->header_sent) return NGX_ERROR;
  // The body will not be read: no "100 Continue" for it. A connection on which it cannot be skipped
  // is closed.
  r->expect_tested = 1;
  if (ngx_http_discard_request_body(r) != NGX_OK) r->keepalive = 0;
  // What an upstream or an error page has left there before does not belong to this answer.
  ngx_http_clean_header(r);
  r->err_status = 0;
  r->headers_out.status = (ngx_uint_t)decision->status;
  if (add_headers(r) != NGX_OK) return NGX_ERROR;
  ngx_http_finalize_request(r, r == r->main ? send_document(r, decision) : send_nothing(r));
  return NGX_DONE;
}
